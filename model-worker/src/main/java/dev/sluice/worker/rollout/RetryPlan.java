package dev.sluice.worker.rollout;

import dev.sluice.worker.registry.RegistryFault;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often a version that cannot be fetched is tried: some times at once, then it is rejected for now and tried again ever more rarely.
 * Used by one thread.
 */
final class RetryPlan {
    /** What is not there rarely comes by itself; a network does. */
    private static final int TRIES_WHEN_GONE = 4;

    private static final int TRIES = 10;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final LongSupplier nanoTime;
    private int tries;
    private Duration pause = FIRST_PAUSE;
    private long pauseBegan;

    /** @param nanoTime as {@link System#nanoTime} */
    RetryPlan(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Something has changed: everything is to be tried from the beginning. */
    void reset() {
        tries = 0;
        pause = FIRST_PAUSE;
    }

    /** @return whether that was one try too many: the version is to be rejected for now */
    boolean isExhaustedBy(RegistryFault fault) {
        tries++;
        boolean isExhausted = tries >= (fault instanceof RegistryFault.Gone ? TRIES_WHEN_GONE : TRIES);
        if (isExhausted) {
            pauseBegan = nanoTime.getAsLong();
        }
        return isExhausted;
    }

    /** Whether a version that is rejected for now is to be tried again; each further try waits twice as long. */
    boolean isDue() {
        if (nanoTime.getAsLong() - pauseBegan < pause.toNanos()) {
            return false;
        }
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        return true;
    }
}
