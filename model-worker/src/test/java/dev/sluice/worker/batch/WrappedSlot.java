package dev.sluice.worker.batch;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobInput;
import dev.sluice.model.BatchProfile;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;

/** A real model whose inferences, version and profile a test may change. */
abstract class WrappedSlot implements ModelSlot {
    private final ModelSlot real;

    WrappedSlot(ModelSlot real) {
        this.real = real;
    }

    /** What an inference does. */
    abstract ItemResults.Tensors infer(BatchModel model, PreparedItems items) throws InferenceException;

    /** What the version is called. */
    String version(Lease lease) {
        return lease.version();
    }

    @Override
    public BatchProfile profile() {
        return real.profile();
    }

    @Override
    public CommittedVersion committed() {
        return real.committed();
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
            public PreparedItems prepare(JobInput input) {
                return model.prepare(input);
            }

            @Override
            public AnswerWriter answers() {
                return model.answers();
            }

            @Override
            public ItemResults.Tensors infer(PreparedItems items) throws InferenceException {
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
