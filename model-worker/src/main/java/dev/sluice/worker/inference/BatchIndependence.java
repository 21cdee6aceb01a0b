package dev.sluice.worker.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether an item's answer is the same alone and among others. Requests of strangers share a batch, so an answer that depends on its
 * neighbours is wrong, and nobody notices. The items are an example and variations of it.
 */
final class BatchIndependence {
    /** Rounding differs between batch sizes; what depends on neighbours differs by more. */
    private static final double RELATIVE = 1e-3;

    private static final double ABSOLUTE = 1e-4;

    private final ModelTask task;
    private final Engine engine;
    private final List<PreparedItems> items = new ArrayList<>();
    private final List<double[]> alone = new ArrayList<>();

    BatchIndependence(ModelTask task, Engine engine) {
        this.task = task;
        this.engine = engine;
    }

    /** Runs one batch. */
    interface Engine {
        Scores run(PreparedItems items) throws InferenceException;
    }

    /**
     * Runs each item alone, then all of them together.
     *
     * @param variations those that the model fails on are left out
     * @return why items have to run one at a time; empty when batches are right
     * @throws UnservableModelException when the example fails or no way of running it gives right answers
     */
    Optional<String> check(PreparedItems example, List<PreparedItems> variations) throws UnservableModelException {
        runExample(example);
        for (PreparedItems variation : variations) {
            try {
                add(variation, engine.run(variation));
            } catch (InferenceException madeUp) {
                // Nobody said that the model takes such an item.
            }
        }
        if (items.size() == 1) {
            add(example, new Scores(alone.getFirst(), 1, true));
        }
        requireNoDoubt();
        return together();
    }

    /** One item's numbers may be misleading; those of all are not. */
    private void requireNoDoubt() throws UnservableModelException {
        List<String> doubts =
                alone.stream().flatMap(numbers -> task.doubt(numbers).stream()).toList();
        if (doubts.size() == alone.size()) {
            throw new UnservableModelException(doubts.getFirst());
        }
    }

    private void runExample(PreparedItems example) throws UnservableModelException {
        try {
            add(example, engine.run(example));
            if (!areEqual(alone.getFirst(), engine.run(example).of(0))) {
                throw new UnservableModelException(
                        "two runs on its input example give different answers: export the model in evaluation mode (model.eval()), without dropout or random numbers");
            }
        } catch (InferenceException e) {
            throw new UnservableModelException(
                    "its input example fails: %s: log an input example that the model takes, or correct the model"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private void add(PreparedItems item, Scores scores) throws UnservableModelException {
        task.requireAnswer(scores);
        items.add(item);
        alone.add(scores.of(0));
    }

    private Optional<String> together() throws UnservableModelException {
        Scores scores;
        try {
            scores = engine.run(PreparedItems.join(items));
        } catch (InferenceException e) {
            return Optional.of("a batch of %d items fails: %s".formatted(items.size(), e.getMessage()));
        }
        boolean independent = scores.width() == alone.getFirst().length;
        for (int i = 0; i < items.size() && independent; i++) {
            independent = areEqual(alone.get(i), scores.of(i));
        }
        if (independent) {
            return Optional.empty();
        }
        if (items.size() > 2 && alone.stream().allMatch(answer -> areEqual(answer, alone.getFirst()))) {
            throw new UnservableModelException(
                    "its answers depend on the other items of a batch, and alone every item gets the same answer: export the model in evaluation mode (model.eval()), and compute each item from its own numbers only");
        }
        return Optional.of("its answers depend on the other items of a batch");
    }

    private static boolean areEqual(double[] one, double[] other) {
        double scale = 0;
        for (int i = 0; i < one.length; i++) {
            scale = Math.max(scale, Double.isFinite(one[i]) ? Math.abs(one[i]) : 0);
        }
        boolean equal = one.length == other.length;
        for (int i = 0; i < one.length && equal; i++) {
            equal = Double.compare(one[i], other[i]) == 0 || Math.abs(one[i] - other[i]) <= ABSOLUTE + RELATIVE * scale;
        }
        return equal;
    }
}
