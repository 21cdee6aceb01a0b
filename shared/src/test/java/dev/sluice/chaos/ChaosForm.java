package dev.sluice.chaos;

/** {@code -Dsluice.chaos=long} for the long form of a test, {@code -Dsluice.chaos.seed=N} for other random choices. */
public final class ChaosForm {
    private static final long SEED = 20_261_121;

    private ChaosForm() {}

    public static boolean isLong() {
        return "long".equals(System.getProperty("sluice.chaos"));
    }

    /** How many of something, by the form. */
    public static int count(int inShortForm, int inLongForm) {
        return isLong() ? inLongForm : inShortForm;
    }

    public static long seed() {
        return Long.getLong("sluice.chaos.seed", SEED);
    }

    /** For the output of a test, so that what it saw can be seen again. */
    public static String describe() {
        return "%s form, seed %d".formatted(isLong() ? "long" : "short", seed());
    }
}
