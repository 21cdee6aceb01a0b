package dev.sluice.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses between attempts: exponential, capped, and with jitter to avoid synchronised retries. */
public final class Backoff {
    private static final long FIRST_MS = 50;
    private static final long LONGEST_MS = 2_000;
    private static final Duration LONGEST_AFTER_REFUSAL = Duration.ofMinutes(1);

    private final long longestMs;
    private long ceilingMs = FIRST_MS;

    /** Pauses of up to two seconds. */
    public Backoff() {
        this(Duration.ofMillis(LONGEST_MS));
    }

    public Backoff(Duration longest) {
        this.longestMs = longest.toMillis();
    }

    /** Pauses of up to a minute, while a server refuses the login: it logs each attempt, and a ban may follow. */
    public static Backoff afterRefusedLogin() {
        return new Backoff(LONGEST_AFTER_REFUSAL);
    }

    /** A random pause between half of the current ceiling and the ceiling, which then doubles. */
    public long nextMs() {
        long pause = ThreadLocalRandom.current().nextLong(ceilingMs / 2, ceilingMs + 1);
        ceilingMs = Math.min(longestMs, ceilingMs * 2);
        return pause;
    }

    public void reset() {
        ceilingMs = FIRST_MS;
    }
}
