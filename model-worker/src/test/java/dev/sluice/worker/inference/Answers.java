package dev.sluice.worker.inference;

import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobInput;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/** What a model answers, as clients read it. */
public final class Answers {
    private Answers() {}

    public static List<ItemResult> of(BatchModel model, PreparedItems items) throws InferenceException {
        return writtenOut(model, model.infer(items));
    }

    public static List<ItemResult> writtenOut(BatchModel model, ItemResults results) {
        return switch (results) {
            case ItemResults.Lines lines -> lines.items();
            case ItemResults.Tensors tensors -> model.answers().lines(tensors).items();
        };
    }

    public static PreparedItems rows(BatchModel model, List<Tensor> columns) {
        return prepared(model, JobPayload.ofRows(JobSchema.NEWEST, columns), Rows.count(columns));
    }

    public static PreparedItems pictures(BatchModel model, List<byte[]> pictures) {
        return prepared(model, JobPayload.ofPictures(JobSchema.NEWEST, pictures), pictures.size());
    }

    private static PreparedItems prepared(BatchModel model, JobPayload payload, int items) {
        JobInput.Description description = new JobInput.Description(
                payload.schema().number(),
                payload.content().wireName(),
                ByteBuffer.wrap(payload.header()),
                items,
                payload.parts());
        return model.prepare(new JobInput.Reader().read(description, ByteBuffer.wrap(payload.body())));
    }
}
