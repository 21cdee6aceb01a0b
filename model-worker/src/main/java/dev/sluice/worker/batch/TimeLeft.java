package dev.sluice.worker.batch;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The time that a stop has left; its steps share it. */
public final class TimeLeft {
    private final long endNanos;
    private final LongSupplier nanos;

    private TimeLeft(long endNanos, LongSupplier nanos) {
        this.endNanos = endNanos;
        this.nanos = nanos;
    }

    /** @param nanos as {@link System#nanoTime()} */
    public static TimeLeft of(Duration within, LongSupplier nanos) {
        return new TimeLeft(nanos.getAsLong() + within.toNanos(), nanos);
    }

    /** From now on; not negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - nanos.getAsLong()));
    }
}
