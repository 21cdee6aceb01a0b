package dev.sluice.worker.batch;

import dev.sluice.model.BatchProfile;
import java.time.Duration;

/**
 * Items per second while there is work: items over busy time, both fading with a half-life, so that it follows what the machine can do
 * now. Time without work says nothing about the rate and does not count.
 */
final class ServedRate {
    private static final double HALF_LIFE_SECONDS = 3;

    private double items;
    private double busySeconds;

    /** @param firstGuess as measured at load; counts like one batch, so that the first slow one outweighs it */
    ServedRate(BatchProfile.Point firstGuess) {
        this.items = firstGuess.batch();
        this.busySeconds = firstGuess.batch() / Math.max(firstGuess.itemsPerSecond(), 1e-3);
    }

    synchronized void served(int count, Duration busy) {
        double seconds = busy.toNanos() / 1e9;
        double fading = Math.pow(0.5, seconds / HALF_LIFE_SECONDS);
        items = items * fading + count;
        busySeconds = busySeconds * fading + seconds;
    }

    synchronized double itemsPerSecond() {
        return items / busySeconds;
    }

    synchronized Duration expectedFor(int count) {
        return Duration.ofNanos((long) (1e9 * count * busySeconds / Math.max(items, 1e-9)));
    }
}
