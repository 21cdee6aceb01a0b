package dev.sluice.worker.inference;

import dev.sluice.job.ItemResult;
import java.util.ArrayList;
import java.util.List;

/** An engine's scores as one result for each item. */
final class PredictionWriter {
    private PredictionWriter() {}

    /** @throws InferenceException when the model answers with another number of classes than it has labels */
    static List<ItemResult> write(ModelTask task, Scores scores) throws InferenceException {
        if (scores.width() != task.width()) {
            throw new InferenceException(task.wrongWidth(task.output().orElse("0"), scores.width()));
        }
        List<ItemResult> results = new ArrayList<>(scores.items());
        for (int item = 0; item < scores.items(); item++) {
            results.add(task.answer(scores.of(item), scores.isSingle()));
        }
        return results;
    }
}
