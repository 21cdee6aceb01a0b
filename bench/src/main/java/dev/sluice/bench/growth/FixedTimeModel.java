package dev.sluice.bench.growth;

import dev.sluice.bench.sample.IrisRows;
import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.model.BatchProfile;
import dev.sluice.model.ModelSignature;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** Sleeps where an engine would compute, and answers as the demo models do. Rows are decoded, pictures are not. */
final class FixedTimeModel implements BatchModel, ModelSlot, ModelSlot.Lease {
    static final String VERSION = "1";

    /** So that a model of no time has a rate all the same. */
    private static final Duration LEAST = Duration.ofNanos(100_000);

    private static final ItemResult PICTURE_PREDICTION = new ItemResult.Prediction(
            "{\"label\":\"daisy\",\"probability\":0.33,\"top\":[{\"label\":\"daisy\",\"probability\":0.33},{\"label\":\"bee\",\"probability\":0.12},{\"label\":\"pot\",\"probability\":0.04},{\"label\":\"vase\",\"probability\":0.02},{\"label\":\"hip\",\"probability\":0.01}]}");

    private final ModelSignature signature;
    private final Duration perBatch;
    private final BatchProfile profile;
    private final String signatureHash;

    FixedTimeModel(Content content, Duration perBatch, int batch) {
        this.signature = signature(content);
        this.perBatch = perBatch;
        double seconds = (perBatch.compareTo(LEAST) > 0 ? perBatch : LEAST).toNanos() / 1e9;
        this.profile = new BatchProfile(List.of(new BatchProfile.Point(batch, batch / seconds)));
        this.signatureHash = signature.hash();
    }

    static ModelSignature signature(Content content) {
        return switch (content) {
            case ROWS -> IrisRows.signature();
            case PICTURES -> new ModelSignature.Pictures(3, 224, 224);
        };
    }

    ModelSignature signature() {
        return signature;
    }

    @Override
    public PreparedItems prepare(Content content, ByteBuffer payload, List<Integer> parts) {
        return switch (content) {
            case ROWS -> {
                List<Tensor> rows = TensorCodec.decode(payload);
                yield PreparedItems.rows(Rows.count(rows), rows);
            }
            case PICTURES -> PreparedItems.rows(parts.size(), List.of());
        };
    }

    @Override
    public List<ItemResult> infer(PreparedItems items) throws InferenceException {
        try {
            Thread.sleep(perBatch);
        } catch (InterruptedException e) {
            throw new InferenceException("it was interrupted", e);
        }
        ItemResult answer = signature instanceof ModelSignature.Rows ? IrisRows.PREDICTION : PICTURE_PREDICTION;
        return Collections.nCopies(items.size(), answer);
    }

    @Override
    public String signatureHash() {
        return signatureHash;
    }

    @Override
    public BatchProfile profile() {
        return profile;
    }

    @Override
    public ModelSlot.Lease acquire() {
        return this;
    }

    @Override
    public BatchModel model() {
        return this;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public String versionId() {
        return "";
    }

    /** Lives as long as its process. */
    @Override
    public void close() {}
}
