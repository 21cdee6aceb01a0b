package dev.sluice.monitor.predictions;

import dev.sluice.job.JobId;
import dev.sluice.job.Timing;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row or picture that was answered.
 *
 * @param job as the caller knows it: of a group the member
 * @param item its place in the caller's request
 * @param content name of the input's kind
 * @param input JSON: of a row its columns, of a picture its hash and size; null when it is not known
 * @param output JSON of the prediction; null when it failed
 * @param failure JSON of why; null when it did not
 * @param accepted by Redis's clock, as {@code started} and {@code finished}
 * @param batch how many items ran together
 */
record PredictedItem(
        JobId job,
        int item,
        String version,
        String versionId,
        String content,
        @Nullable String input,
        @Nullable String output,
        @Nullable String failure,
        Instant accepted,
        Instant started,
        Instant finished,
        int batch,
        Timing timing) {

    /** Tells it from all other items. */
    String key() {
        return job + " " + item;
    }

    /** Its row, with the columns' names. */
    JsonObject json() {
        return new JsonObject()
                .put("job", job.toString())
                .put("item", item)
                .put("version", version)
                .put("version_id", versionId)
                .put("content", content)
                .put("input", input)
                .put("output", output)
                .put("failure", failure)
                .put("accepted", accepted)
                .put("started", started)
                .put("finished", finished)
                .put("batch", batch)
                .put("queue_ms", timing.queueMs())
                .put("decode_ms", timing.decodeMs())
                .put("infer_ms", timing.inferMs());
    }
}
