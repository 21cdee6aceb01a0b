package dev.sluice.worker.trial;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The time that a trial has had: what it computed, and what it waited for something other than a processor. On a busy machine the child
 * waits long for its turn, and that says nothing about the version.
 */
final class TrialClock {
    private final LongSupplier nanoTime;
    private final Supplier<Duration> computed;
    private final BooleanSupplier wantsProcessor;
    private final long start;
    private long last;
    private long waited;

    /**
     * @param computed processor time of the child so far
     * @param wantsProcessor whether one of its threads runs, or would if it had a processor
     */
    TrialClock(LongSupplier nanoTime, Supplier<Duration> computed, BooleanSupplier wantsProcessor) {
        this.nanoTime = nanoTime;
        this.computed = computed;
        this.wantsProcessor = wantsProcessor;
        this.start = nanoTime.getAsLong();
        this.last = start;
    }

    /** To be called often; never more than has passed, however many threads compute. */
    Duration used() {
        long now = nanoTime.getAsLong();
        if (!wantsProcessor.getAsBoolean()) {
            waited += now - last;
        }
        last = now;
        return Duration.ofNanos(Math.min(now - start, computed.get().toNanos() + waited));
    }
}
