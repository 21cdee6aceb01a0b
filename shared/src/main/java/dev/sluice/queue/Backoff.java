package dev.sluice.queue;

import java.util.concurrent.ThreadLocalRandom;

/** Pauses between attempts: doubling, capped, and jittered so that a herd does not return together. */
public final class Backoff {
    private static final long FIRST_MS = 50;
    private static final long LONGEST_MS = 2_000;

    private long ceilingMs = FIRST_MS;

    /** Between half and all of the present ceiling, which then doubles. */
    public long nextMs() {
        long pause = ThreadLocalRandom.current().nextLong(ceilingMs / 2, ceilingMs + 1);
        ceilingMs = Math.min(LONGEST_MS, ceilingMs * 2);
        return pause;
    }

    public void reset() {
        ceilingMs = FIRST_MS;
    }
}
