package dev.sluice.worker.batch;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.PreparedItems;
import java.util.ArrayList;
import java.util.List;

/** Runs items in chunks; a chunk that fails is halved until the item that fails it stands alone, so that one bad item costs one answer. */
final class IsolatingInference {
    private final BatchModel model;
    private final int chunk;

    IsolatingInference(BatchModel model, int chunk) {
        this.model = model;
        this.chunk = Math.max(1, chunk);
    }

    /** One result per item, in order. */
    List<ItemResult> infer(PreparedItems items) {
        List<ItemResult> results = new ArrayList<>(items.size());
        for (int from = 0; from < items.size(); from += chunk) {
            inferOrHalve(items.slice(from, Math.min(items.size(), from + chunk)), results);
        }
        return results;
    }

    private void inferOrHalve(PreparedItems items, List<ItemResult> results) {
        try {
            results.addAll(model.infer(items));
        } catch (InferenceException | IllegalArgumentException e) {
            if (items.size() == 1) {
                results.add(new ItemResult.Failed(
                        new Failure(Failure.Kind.INFERENCE_FAILED, String.valueOf(e.getMessage()))));
                return;
            }
            int middle = items.size() / 2;
            inferOrHalve(items.slice(0, middle), results);
            inferOrHalve(items.slice(middle, items.size()), results);
        }
    }
}
