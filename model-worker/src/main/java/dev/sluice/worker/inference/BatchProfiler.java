package dev.sluice.worker.inference;

import dev.sluice.model.BatchProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measures which batch size is really the fastest here: bigger is not always faster. */
final class BatchProfiler {
    private static final int[] SIZES = {1, 2, 4, 8, 16, 32};
    private static final int MOST_ROUNDS = 50;

    private final Duration budget;
    private final int mostItems;

    /**
     * @param budget for all sizes together; at least the first is measured whatever it takes
     * @param mostItems larger batches are not measured
     */
    BatchProfiler(Duration budget, int mostItems) {
        this.budget = budget;
        this.mostItems = mostItems;
    }

    /** A model that runs a batch. */
    interface Batches {
        void run(PreparedItems items) throws InferenceException;
    }

    /**
     * The shortest of several runs at each size. The sizes take turns, and the shortest counts, so that what else this machine does
     * falls on all of them alike. A size whose turn would not end within the budget is left out, and all larger ones.
     */
    BatchProfile measure(Batches model, PreparedItems one) throws InferenceException {
        long end = System.nanoTime() + budget.toNanos();
        List<Turns> sizes = new ArrayList<>();
        for (int size : SIZES) {
            if (size > mostItems && !sizes.isEmpty()) {
                break;
            }
            Turns turns = new Turns(PreparedItems.join(Collections.nCopies(size, one)));
            // The first run of a size allocates and compiles; twice the one before is what this one may take.
            if (!sizes.isEmpty() && System.nanoTime() + 2 * sizes.getLast().shortest > end) {
                break;
            }
            turns.run(model);
            sizes.add(turns);
        }
        int turn = 0;
        while (turn < MOST_ROUNDS * sizes.size() && System.nanoTime() < end) {
            sizes.get(turn % sizes.size()).run(model);
            turn++;
        }
        return new BatchProfile(sizes.stream().map(Turns::point).toList());
    }

    private static final class Turns {
        private final PreparedItems batch;
        private long shortest = Long.MAX_VALUE;

        Turns(PreparedItems batch) {
            this.batch = batch;
        }

        void run(Batches model) throws InferenceException {
            long start = System.nanoTime();
            model.run(batch);
            shortest = Math.max(1, Math.min(shortest, System.nanoTime() - start));
        }

        BatchProfile.Point point() {
            return new BatchProfile.Point(batch.size(), Math.round(1e10 * batch.size() / shortest) / 10.0);
        }
    }
}
