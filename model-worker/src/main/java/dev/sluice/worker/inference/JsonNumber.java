package dev.sluice.worker.inference;

/** A number in JSON; what is no number is null. */
final class JsonNumber {
    private JsonNumber() {}

    /** @param isSingle whether it has single precision: it is written as short as it is */
    static String of(double value, boolean isSingle) {
        if (!Double.isFinite(value)) {
            return "null";
        }
        return isSingle ? Float.toString((float) value) : Double.toString(value);
    }
}
