package dev.sluice.worker.batch;

import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.model.BatchProfile;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.nio.ByteBuffer;
import java.util.List;

/** A real model whose inferences, version and profile a test may change. */
abstract class WrappedSlot implements ModelSlot {
    private final ModelSlot real;

    WrappedSlot(ModelSlot real) {
        this.real = real;
    }

    /** What an inference does. */
    abstract List<ItemResult> infer(BatchModel model, PreparedItems items) throws InferenceException;

    /** What the version is called. */
    String version(Lease lease) {
        return lease.version();
    }

    @Override
    public BatchProfile profile() {
        return real.profile();
    }

    @Override
    public Lease acquire() {
        Lease lease = real.acquire();
        return new Lease() {
            @Override
            public BatchModel model() {
                return wrapped(lease.model());
            }

            @Override
            public String version() {
                return WrappedSlot.this.version(lease);
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

    private BatchModel wrapped(BatchModel model) {
        return new BatchModel() {
            @Override
            public PreparedItems prepare(Content content, ByteBuffer payload, List<Integer> parts) {
                return model.prepare(content, payload, parts);
            }

            @Override
            public List<ItemResult> infer(PreparedItems items) throws InferenceException {
                return WrappedSlot.this.infer(model, items);
            }

            @Override
            public String signatureHash() {
                return model.signatureHash();
            }

            @Override
            public BatchProfile profile() {
                return WrappedSlot.this.profile();
            }
        };
    }
}
