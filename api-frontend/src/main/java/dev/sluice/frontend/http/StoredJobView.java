package dev.sluice.frontend.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.answer.AnswerWriter;
import dev.sluice.frontend.catalog.VersionAnswers;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.JobInput;
import dev.sluice.job.Outcome;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.picture.PictureHeader;
import dev.sluice.queue.JobRecord;
import dev.sluice.queue.StoredJob;
import dev.sluice.redis.RedisFields;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stored job as people read it: its state, when what happened, and what is in it.
 *
 * @param path where its payload is: {@code <path>/<id>/payload}
 * @param outcome empty before the end, or without one
 */
record StoredJobView(StoredJob stored, String path, Optional<JsonObject> outcome) {
    /** Reads what is needed to show the outcome. */
    static Future<StoredJobView> of(StoredJob stored, String path, VersionAnswers versions) {
        JobRecord job = stored.job();
        if (!job.outcome().hasRemaining()) {
            return Future.succeededFuture(new StoredJobView(stored, path, Optional.empty()));
        }
        Outcome outcome;
        try {
            outcome = OutcomeCodec.decode(job.outcome());
        } catch (IllegalArgumentException e) {
            return Future.succeededFuture(new StoredJobView(stored, path, Optional.of(unreadable(e))));
        }
        return versions.of(job.id().deployment(), outcome)
                .map(answers -> new StoredJobView(stored, path, Optional.of(shown(outcome, answers))));
    }

    private static JsonObject unreadable(RuntimeException why) {
        return new JsonObject().put("unreadable", String.valueOf(why.getMessage()));
    }

    private static final int MOST_ROWS = 100;

    /** With its reason; its state is known. */
    JsonObject deadLetter() {
        return described(summary(stored.job()));
    }

    /** Of any state. */
    JsonObject job() {
        JobRecord job = stored.job();
        JsonObject json = common(job).put("state", job.state().wireName());
        if (!job.members().isEmpty()) {
            json.put("members", new JsonArray(job.members()));
        }
        putUnlessEmpty(json, "owner", stored.owner());
        putUnlessEmpty(json, "reason", job.reason());
        outcome.ifPresent(shown -> json.put("outcome", shown));
        return described(json);
    }

    private JsonObject described(JsonObject json) {
        return json.put("schema", String.valueOf(stored.input().schema()))
                .put("signature", stored.signature())
                .put("content", stored.input().content())
                .put("bytes", stored.bytes())
                .put("payload", payload());
    }

    private static JsonObject shown(Outcome outcome, AnswerWriter answers) {
        JsonArray items = new JsonArray();
        try {
            for (int item = 0; item < Math.min(outcome.results().size(), MOST_ROWS); item++) {
                items.add(shown(outcome.results(), item, answers));
            }
        } catch (DecodeException e) {
            return unreadable(e);
        }
        return new JsonObject()
                .put("version", outcome.version())
                .put("version_id", outcome.versionId())
                .put("batch", outcome.batch())
                .put("queue_ms", outcome.timing().queueMs())
                .put("decode_ms", outcome.timing().decodeMs())
                .put("infer_ms", outcome.timing().inferMs())
                .put("items", items);
    }

    private static JsonObject shown(ItemResults results, int item, AnswerWriter answers) {
        return results.failure(item)
                .map(why -> new JsonObject().put("error", why.kind().name()).put("detail", why.detail()))
                .orElseGet(() -> new JsonObject().put("prediction", Json.decodeValue(answers.line(results, item))));
    }

    private static void putUnlessEmpty(JsonObject json, String name, String text) {
        if (!text.isEmpty()) {
            json.put(name, text);
        }
    }

    /** Each picture, a view of the payload; none when the input is of another kind, cannot be read, or has expired. */
    static List<ByteBuffer> pictures(StoredJob stored) {
        if (stored.payload().isEmpty()) {
            return List.of();
        }
        try {
            return switch (input(stored)) {
                case JobInput.Columns _ -> List.of();
                case JobInput.Pictures(List<ByteBuffer> pictures) -> pictures;
            };
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private static JobInput input(StoredJob stored) {
        return new JobInput.Reader()
                .read(stored.input(), RedisFields.view(stored.payload().orElseThrow()));
    }

    static byte[] bytes(ByteBuffer view) {
        byte[] bytes = new byte[view.remaining()];
        view.get(view.position(), bytes);
        return bytes;
    }

    /** As a list of dead letters has it. */
    static JsonObject summary(JobRecord job) {
        return common(job).put("reason", job.reason());
    }

    private static JsonObject common(JobRecord job) {
        JobId id = job.id();
        JsonObject summary = new JsonObject()
                .put("job_id", id.toString())
                .put("model", id.deployment().model())
                .put("alias", id.deployment().alias())
                .put("deaths", job.deaths())
                .put("items", job.items())
                .put("lane", job.lane())
                .put("timeline", JobView.timeline(job));
        job.resentFrom().ifPresent(other -> summary.put("resent_from", other.toString()));
        job.resentTo().ifPresent(other -> summary.put("resent_to", other.toString()));
        return summary;
    }

    private JsonObject payload() {
        if (stored.payload().isEmpty()) {
            return new JsonObject().put("kind", "gone");
        }
        return readable().put("href", path + "/" + stored.job().id() + "/payload");
    }

    private JsonObject readable() {
        try {
            return switch (input(stored)) {
                case JobInput.Columns(List<Tensor> columns) -> rows(columns);
                case JobInput.Pictures(List<ByteBuffer> pictures) -> pictures(pictures);
            };
        } catch (IllegalArgumentException e) {
            return new JsonObject().put("kind", "unreadable").put("detail", String.valueOf(e.getMessage()));
        }
    }

    private static JsonObject rows(List<Tensor> columns) {
        int rows = Rows.count(columns);
        JsonArray shown = new JsonArray();
        for (Tensor column : columns) {
            JsonArray values = new JsonArray();
            for (int row = 0; row < Math.min(column.rows(), MOST_ROWS); row++) {
                values.add(value(column.json(row)));
            }
            shown.add(new JsonObject().put("name", column.name()).put("values", values));
        }
        return new JsonObject().put("kind", "rows").put("rows", rows).put("columns", shown);
    }

    /** JSON has no word for what is not finite: as text, then. */
    private static @Nullable Object value(JsonNode cell) {
        return switch (cell.getNodeType()) {
            case BOOLEAN -> cell.booleanValue();
            case NULL -> null;
            case NUMBER -> Double.isFinite(cell.doubleValue()) ? cell.numberValue() : cell.asText();
            default -> cell.asText();
        };
    }

    private JsonObject pictures(List<ByteBuffer> pictures) {
        JsonArray shown = new JsonArray();
        for (int i = 0; i < pictures.size(); i++) {
            JsonObject picture = new JsonObject()
                    .put("number", i)
                    .put("bytes", pictures.get(i).remaining())
                    .put("href", path + "/" + stored.job().id() + "/pictures/" + i);
            PictureHeader.read(bytes(pictures.get(i)))
                    .ifPresent(
                            header -> picture.put("media_type", header.format().mediaType())
                                    .put("width", header.width())
                                    .put("height", header.height()));
            shown.add(picture);
        }
        return new JsonObject().put("kind", "pictures").put("pictures", shown);
    }
}
