package dev.sluice.worker.batch;

import dev.sluice.job.ItemResults;
import dev.sluice.model.BatchProfile;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A real model whose inferences end only once the test has opened the gate. */
final class GatedSlot extends WrappedSlot {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger inferring = new AtomicInteger();
    private volatile BatchProfile profile;

    /** @param profile what a batch is expected to take */
    GatedSlot(ModelSlot real, BatchProfile profile) {
        super(real);
        this.profile = profile;
    }

    /** From now on. */
    void expect(BatchProfile other) {
        profile = other;
    }

    /** How many inferences are under way. */
    int inferring() {
        return inferring.get();
    }

    void open() {
        gate.countDown();
    }

    @Override
    public BatchProfile profile() {
        return profile;
    }

    @Override
    ItemResults.Tensors infer(BatchModel model, PreparedItems items) throws InferenceException {
        inferring.incrementAndGet();
        try {
            gate.await();
            return model.infer(items);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            inferring.decrementAndGet();
        }
    }
}
