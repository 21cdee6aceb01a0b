package dev.sluice.redis;

/** Redis's clock, the only one used for deadlines, as of its last answer; never ahead of it. */
public final class RedisClock {
    private volatile Reading last = new Reading(0, 0);

    private record Reading(long redisMs, long nanos) {}

    public void observe(long redisMs) {
        last = new Reading(redisMs, System.nanoTime());
    }

    public boolean isKnown() {
        return last.redisMs != 0;
    }

    /** Epoch milliseconds; meaningless before the first answer. */
    public long nowMs() {
        Reading reading = last;
        return reading.redisMs + (System.nanoTime() - reading.nanos) / 1_000_000;
    }
}
