package dev.sluice.queue;

/** Redis's clock, the only one used for deadlines, as of its last answer; never ahead of it. */
final class RedisClock {
    private volatile Reading last = new Reading(0, 0);

    private record Reading(long redisMs, long nanos) {}

    void observe(long redisMs) {
        last = new Reading(redisMs, System.nanoTime());
    }

    boolean isKnown() {
        return last.redisMs != 0;
    }

    /** Epoch milliseconds; meaningless before the first answer. */
    long nowMs() {
        Reading reading = last;
        return reading.redisMs + (System.nanoTime() - reading.nanos) / 1_000_000;
    }
}
