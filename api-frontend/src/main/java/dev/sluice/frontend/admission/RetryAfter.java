package dev.sluice.frontend.admission;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Seconds for the header of that name: what was computed, spread by half so that the herd does not return together. */
public final class RetryAfter {
    private static final long LONGEST_S = 300;

    private RetryAfter() {}

    public static int seconds(Duration computed) {
        double spread = 1 + ThreadLocalRandom.current().nextDouble(0.5);
        double seconds = Math.ceil(computed.toMillis() / 1000.0 * spread);
        return (int) Math.clamp((long) seconds, 1, LONGEST_S);
    }
}
