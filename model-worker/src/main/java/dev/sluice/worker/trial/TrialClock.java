package dev.sluice.worker.trial;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The time that a trial has had: what it computed, and what it waited for something other than a processor. On a busy machine the child
 * waits long for its turn, and that says nothing about the version; nor does the time for which the machine or this worker was stopped.
 */
final class TrialClock {
    /** Between two readings. They come much more often, unless this process did not run: then the child did not, either. */
    private static final long MOST_BETWEEN = Duration.ofSeconds(1).toNanos();

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

    /** The time since the last reading was not the child's: it waited for its parent. */
    void skip() {
        last = nanoTime.getAsLong();
    }

    /** To be called often; never more than has passed, however many threads compute. */
    Duration used() {
        long now = nanoTime.getAsLong();
        if (!wantsProcessor.getAsBoolean()) {
            waited += Math.min(now - last, MOST_BETWEEN);
        }
        last = now;
        return Duration.ofNanos(Math.min(now - start, computed.get().toNanos() + waited));
    }
}
