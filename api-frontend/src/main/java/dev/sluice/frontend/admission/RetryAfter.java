package dev.sluice.frontend.admission;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Seconds for the header of that name: what was computed, spread so that the herd does not return together. */
public final class RetryAfter {
    private static final long LONGEST_S = 300;

    private RetryAfter() {}

    public static int seconds(Duration computed) {
        return seconds(computed, computed.dividedBy(2));
    }

    /** @param over in the time after what was computed */
    static int seconds(Duration computed, Duration over) {
        double milliseconds = computed.toMillis() + ThreadLocalRandom.current().nextDouble() * over.toMillis();
        return (int) Math.clamp((long) Math.ceil(milliseconds / 1000), 1, LONGEST_S);
    }
}
