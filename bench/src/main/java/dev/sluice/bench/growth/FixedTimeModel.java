package dev.sluice.bench.growth;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.bench.sample.IrisRows;
import dev.sluice.job.Content;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobInput;
import dev.sluice.model.BatchProfile;
import dev.sluice.model.Signature;
import dev.sluice.model.VersionRecord;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.time.Duration;
import java.util.List;

/** Sleeps where an engine would compute, and answers as the demo models do. Rows are decoded, pictures are not. */
final class FixedTimeModel implements BatchModel, ModelSlot, ModelSlot.Lease {
    static final String VERSION = "1";

    /** So that a model of no time has a rate all the same. */
    private static final Duration LEAST = Duration.ofNanos(100_000);

    private static final VersionRecord PICTURES = IrisRows.version(List.of("daisy", "bee", "pot", "vase", "hip"), 5);
    private static final double[] PICTURE_SCORES = {0.33, 0.12, 0.04, 0.02, 0.01};

    private final Signature signature;
    private final Duration perBatch;
    private final BatchProfile profile;
    private final String signatureHash;
    private final AnswerWriter answers;

    FixedTimeModel(Content content, Duration perBatch, int batch) {
        this.signature = signature(content);
        this.perBatch = perBatch;
        double seconds = (perBatch.compareTo(LEAST) > 0 ? perBatch : LEAST).toNanos() / 1e9;
        this.profile = new BatchProfile(List.of(new BatchProfile.Point(batch, batch / seconds)));
        this.signatureHash = signature.hash();
        this.answers = new AnswerWriter(isOfRows() ? IrisRows.VERSION : PICTURES);
    }

    static Signature signature(Content content) {
        return switch (content) {
            case ROWS -> IrisRows.signature();
            case PICTURES -> Signature.ofPicture(3, 224, 224);
        };
    }

    Signature signature() {
        return signature;
    }

    @Override
    public PreparedItems prepare(JobInput input) {
        return switch (input) {
            case JobInput.Columns rows -> PreparedItems.rows(rows.items(), rows.columns());
            case JobInput.Pictures pictures -> PreparedItems.rows(pictures.items(), List.of());
        };
    }

    @Override
    public AnswerWriter answers() {
        return answers;
    }

    private boolean isOfRows() {
        return !signature.isOfPictures();
    }

    @Override
    public ItemResults.Tensors infer(PreparedItems items) throws InferenceException {
        try {
            Thread.sleep(perBatch);
        } catch (InterruptedException e) {
            throw new InferenceException("it was interrupted", e);
        }
        return isOfRows() ? IrisRows.answers(items.size()) : IrisRows.answers(items.size(), PICTURE_SCORES);
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
    public CommittedVersion committed() {
        return new CommittedVersion(versionId(), answers.version());
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public String versionId() {
        return VERSION + "-0123456789ab";
    }

    /** Lives as long as its process. */
    @Override
    public void close() {}
}
