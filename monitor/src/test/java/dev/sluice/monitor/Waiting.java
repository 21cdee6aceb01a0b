package dev.sluice.monitor;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what comes about by itself; the limit only guards against hanging. */
public final class Waiting {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Waiting() {}

    public static void until(String what, BooleanSupplier reached) {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - limit > 0) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            Thread.onSpinWait();
        }
    }
}
