package dev.sluice.worker.batch;

import dev.sluice.model.BatchProfile;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a batch costs now, and so how many items a second a loop can serve when its queue fills the batches. The time of a batch is a
 * fixed part, a part for decoding each picture, and the time that the profile gives for its inference, times how much slower the machine
 * is now. Batches of any size tell these parts: single rows make the fixed part visible and do not lower the rate of full batches.
 *
 * <p>What was measured fades with the time that was worked since. While nothing is measured, the profile takes its place again.
 */
final class BatchCost {
    private static final double HALF_LIFE_SECONDS = 3;
    private static final double IDLE_HALF_LIFE_SECONDS = 10;
    /** An inference that takes longer than this many times its profile has waited for something, and a larger one would not wait longer. */
    private static final double MOST_SLOWDOWN = 4;

    private final Supplier<BatchProfile> profile;
    private final LongSupplier nanos;
    private Sums sums;
    private int running;
    private long idleSince;

    /** @param nanos as {@link System#nanoTime()} */
    BatchCost(Supplier<BatchProfile> profile, LongSupplier nanos) {
        this.profile = profile;
        this.nanos = nanos;
        this.sums = profiled(0);
        this.idleSince = nanos.getAsLong();
    }

    /** A batch runs until this is closed. */
    interface Running extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * A batch that has ended.
     *
     * @param chunk items that were inferred at a time
     * @param busy since its loop's batch before has ended, or since there was something to take
     * @param decoding that each item costs in any batch
     */
    record Measured(int items, int chunk, Duration busy, Duration decoding, Duration inferring) {}

    /** Of many batches: how many, and seconds. */
    private record Sums(
            double batches, double items, double fixed, double decoding, double inferring, double profiled) {

        Sums plus(Sums other) {
            return new Sums(
                    batches + other.batches,
                    items + other.items,
                    fixed + other.fixed,
                    decoding + other.decoding,
                    inferring + other.inferring,
                    profiled + other.profiled);
        }

        Sums times(double factor) {
            return new Sums(
                    batches * factor,
                    items * factor,
                    fixed * factor,
                    decoding * factor,
                    inferring * factor,
                    profiled * factor);
        }

        double decodingAnItem() {
            return decoding / items;
        }

        double slowdown() {
            return inferring / profiled;
        }
    }

    /** Time in which no batch runs is idle. */
    synchronized Running begin() {
        sums = now();
        running++;
        return this::end;
    }

    private synchronized void end() {
        running--;
        idleSince = nanos.getAsLong();
    }

    synchronized void measured(Measured batch) {
        double busy = seconds(batch.busy());
        sums = sums.times(Math.pow(0.5, busy / HALF_LIFE_SECONDS)).plus(sumsOf(batch));
    }

    /** Of one loop, in batches as large as the profile's best. */
    synchronized double itemsPerSecond() {
        int best = profile.get().best().batch();
        return best / secondsFor(best, best);
    }

    Duration expectedFor(int items) {
        return expectedFor(items, profile.get().best().batch());
    }

    /** @param chunk items that are inferred at a time */
    synchronized Duration expectedFor(int items, int chunk) {
        return Duration.ofNanos((long) (1e9 * secondsFor(items, chunk)));
    }

    private double secondsFor(int items, int chunk) {
        Sums now = now();
        return now.fixed() / now.batches()
                + items * now.decodingAnItem()
                + now.slowdown() * profiledSeconds(items, chunk);
    }

    /** What was measured, moved towards the profile by the idle time since. What decoding costs, the profile does not say. */
    private Sums now() {
        if (running > 0) {
            return sums;
        }
        double idle = Math.max(0, nanos.getAsLong() - idleSince) / 1e9;
        double left = Math.pow(0.5, idle / IDLE_HALF_LIFE_SECONDS);
        Sums profiled = profiled(sums.decodingAnItem());
        // First down to the weight of the one batch that the profile counts as, or much work before would outweigh any
        // pause.
        double weight = Math.min(1, (left * sums.batches() + 1 - left) / sums.batches());
        return sums.times(weight * left).plus(profiled.times(weight * sums.batches() * (1 - left)));
    }

    private Sums sumsOf(Measured batch) {
        double profiled = profiledSeconds(batch.items(), batch.chunk());
        double inferring = Math.min(seconds(batch.inferring()), MOST_SLOWDOWN * profiled);
        double decoding = seconds(batch.decoding());
        double fixed = Math.max(0, seconds(batch.busy()) - decoding - inferring);
        double batches =
                Math.max(1, (double) batch.items() / profile.get().best().batch());
        return new Sums(batches, batch.items(), fixed, decoding, inferring, profiled);
    }

    /** One full batch as it was when the version was loaded. */
    private Sums profiled(double decodingAnItem) {
        BatchProfile.Point best = profile.get().best();
        double inferring = seconds(best.duration());
        return new Sums(1, best.batch(), 0, best.batch() * decodingAnItem, inferring, inferring);
    }

    private double profiledSeconds(int items, int chunk) {
        BatchProfile now = profile.get();
        int whole = items / chunk;
        return whole * seconds(now.durationOf(chunk)) + seconds(now.durationOf(items % chunk));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
