package dev.sluice.worker.batch;

import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.model.BatchProfile;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A real model whose inferences end only once the test has opened the gate. */
final class GatedSlot implements ModelSlot {
    private final ModelSlot real;
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger inferring = new AtomicInteger();
    private volatile BatchProfile profile;

    /** @param profile what a batch is expected to take */
    GatedSlot(ModelSlot real, BatchProfile profile) {
        this.real = real;
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
    public Lease acquire() {
        Lease lease = real.acquire();
        return new Lease() {
            @Override
            public BatchModel model() {
                return gated(lease.model());
            }

            @Override
            public String version() {
                return lease.version();
            }

            @Override
            public String versionId() {
                return lease.versionId();
            }

            @Override
            public void close() {
                lease.close();
            }
        };
    }

    private BatchModel gated(BatchModel model) {
        return new BatchModel() {
            @Override
            public PreparedItems prepare(Content content, byte[] payload, List<Integer> parts) {
                return model.prepare(content, payload, parts);
            }

            @Override
            public List<ItemResult> infer(PreparedItems items) throws InferenceException {
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

            @Override
            public String signatureHash() {
                return model.signatureHash();
            }

            @Override
            public BatchProfile profile() {
                return profile;
            }
        };
    }
}
