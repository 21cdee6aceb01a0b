package dev.sluice.worker.batch;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResults;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.PreparedItems;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs items in chunks; a chunk that fails, for whatever reason, is halved until the item that fails it stands alone, so that one bad
 * item costs one answer.
 */
final class IsolatingInference {
    private static final Logger LOG = LoggerFactory.getLogger(IsolatingInference.class);
    private static final Failure UNEXPECTED =
            new Failure(Failure.Kind.INFERENCE_FAILED, "unexpected inference error: the worker's log has its cause");

    private final BatchModel model;
    private final int chunk;
    private boolean logged;

    IsolatingInference(BatchModel model, int chunk) {
        this.model = model;
        this.chunk = Math.max(1, chunk);
    }

    /** One result per item, in order. */
    ItemResults.Tensors infer(PreparedItems items) {
        List<ItemResults.Tensors> results = new ArrayList<>();
        for (int from = 0; from < items.size(); from += chunk) {
            inferOrHalve(items.slice(from, Math.min(items.size(), from + chunk)), results);
        }
        return ItemResults.Tensors.join(results);
    }

    private void inferOrHalve(PreparedItems items, List<ItemResults.Tensors> results) {
        Failure failure;
        try {
            results.add(inferAll(items));
            return;
        } catch (InferenceException e) {
            failure = new Failure(Failure.Kind.INFERENCE_FAILED, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log(e);
            failure = UNEXPECTED;
        }
        if (items.size() == 1) {
            results.add(ItemResults.Tensors.failed(1, failure));
            return;
        }
        int middle = items.size() / 2;
        inferOrHalve(items.slice(0, middle), results);
        inferOrHalve(items.slice(middle, items.size()), results);
    }

    private ItemResults.Tensors inferAll(PreparedItems items) throws InferenceException {
        ItemResults.Tensors results = model.infer(items);
        if (results.size() != items.size()) {
            throw new InferenceException("the model answers %d results to %d items: log a version that answers each"
                    .formatted(results.size(), items.size()));
        }
        return results;
    }

    /** Once for all items that fail: clients could fill the log. */
    private void log(RuntimeException e) {
        if (!logged) {
            logged = true;
            LOG.error("Unexpected inference error; running smaller parts of the batch", e);
        }
    }
}
