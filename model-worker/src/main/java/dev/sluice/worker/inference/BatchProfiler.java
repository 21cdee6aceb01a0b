package dev.sluice.worker.inference;

import dev.sluice.model.BatchProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Measures which batch size is really the fastest here: bigger is not always faster. */
final class BatchProfiler {
    private static final int[] SIZES = {1, 2, 4, 8, 16, 32};
    private static final int MOST_RUNS = 50;

    private final Duration budget;

    /** @param budget for all sizes together; at least the first is measured whatever it takes */
    BatchProfiler(Duration budget) {
        this.budget = budget;
    }

    /** A model that runs a batch. */
    interface Batches {
        void run(PreparedItems items) throws InferenceException;
    }

    /** The median of several runs at each size, after one that does not count. */
    BatchProfile measure(Batches model, PreparedItems one) throws InferenceException {
        List<BatchProfile.Point> points = new ArrayList<>();
        long end = System.nanoTime() + budget.toNanos();
        for (int size : SIZES) {
            PreparedItems batch = PreparedItems.join(Collections.nCopies(size, one));
            long first = time(model, batch);
            // Twice what one run takes: larger sizes would not fit any more.
            if (!points.isEmpty() && System.nanoTime() + 2 * first > end) {
                break;
            }
            long median = median(model, batch, budget.toNanos() / SIZES.length - first);
            points.add(new BatchProfile.Point(size, Math.round(1e10 * size / median) / 10.0));
        }
        return new BatchProfile(points);
    }

    private static long median(Batches model, PreparedItems batch, long nanos) throws InferenceException {
        long[] runs = new long[MOST_RUNS];
        int count = 0;
        long end = System.nanoTime() + nanos;
        do {
            runs[count++] = time(model, batch);
        } while (count < MOST_RUNS && System.nanoTime() < end);
        Arrays.sort(runs, 0, count);
        return Math.max(1, runs[count / 2]);
    }

    private static long time(Batches model, PreparedItems batch) throws InferenceException {
        long start = System.nanoTime();
        model.run(batch);
        return System.nanoTime() - start;
    }
}
