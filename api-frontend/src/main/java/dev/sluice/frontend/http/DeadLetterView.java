package dev.sluice.frontend.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.job.Content;
import dev.sluice.job.JobId;
import dev.sluice.picture.PictureHeader;
import dev.sluice.queue.DeadLetter;
import dev.sluice.queue.DeadLetters;
import dev.sluice.queue.JobRecord;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A dead letter as people read it: why, when, and what was in it. */
record DeadLetterView(DeadLetter letter) {
    static final String PATH = "/dead-letters";

    private static final int MOST_ROWS = 100;

    static JsonObject page(DeadLetters.Page page, Optional<String> deployment, int limit) {
        JsonArray letters = new JsonArray();
        page.letters().forEach(job -> letters.add(summary(job)));
        JsonObject json = new JsonObject().put("dead_letters", letters).put("total", page.total());
        page.next().ifPresent(place -> {
            String filter =
                    deployment.map(name -> "&deployment=" + inAddress(name)).orElse("");
            json.put("next", PATH + "?limit=" + limit + filter + "&behind=" + inAddress(place.toString()));
        });
        return json;
    }

    JsonObject json() {
        return summary(letter.job())
                .put("schema", letter.schema())
                .put("signature", letter.signature())
                .put("content", letter.content())
                .put("bytes", letter.bytes())
                .put("payload", payload());
    }

    /** Each picture's bytes; none when its record does not say how long they are, or says it wrong. */
    static List<Buffer> pictures(DeadLetter letter) {
        List<Buffer> pictures = new ArrayList<>();
        Buffer bytes = letter.payload().orElseGet(Buffer::buffer);
        long total = letter.parts().stream().mapToLong(Integer::longValue).sum();
        boolean fits = letter.parts().stream().allMatch(length -> length >= 0) && total == bytes.length();
        if (!letter.content().equals(Content.PICTURES.wireName()) || !fits) {
            return List.of();
        }
        int start = 0;
        for (int length : letter.parts()) {
            pictures.add(bytes.slice(start, start + length));
            start += length;
        }
        return pictures;
    }

    private static JsonObject summary(JobRecord job) {
        JobId id = job.id();
        JsonObject summary = new JsonObject()
                .put("job_id", id.toString())
                .put("model", id.deployment().model())
                .put("alias", id.deployment().alias())
                .put("reason", job.reason())
                .put("deaths", job.deaths())
                .put("items", job.items())
                .put("lane", job.lane())
                .put("timeline", JobView.timeline(job));
        job.resentFrom().ifPresent(other -> summary.put("resent_from", other.toString()));
        job.resentTo().ifPresent(other -> summary.put("resent_to", other.toString()));
        return summary;
    }

    private JsonObject payload() {
        if (letter.payload().isEmpty()) {
            return new JsonObject().put("kind", "gone");
        }
        return readable().put("href", PATH + "/" + letter.job().id() + "/payload");
    }

    private JsonObject readable() {
        try {
            return switch (Content.ofWire(letter.content())) {
                case ROWS ->
                    rows(TensorCodec.decode(
                            ByteBuffer.wrap(letter.payload().orElseThrow().getBytes())));
                case PICTURES -> pictures();
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
    private static Object value(JsonNode cell) {
        return switch (cell.getNodeType()) {
            case BOOLEAN -> cell.booleanValue();
            case NUMBER -> Double.isFinite(cell.doubleValue()) ? cell.numberValue() : cell.asText();
            default -> cell.asText();
        };
    }

    private JsonObject pictures() {
        List<Buffer> pictures = pictures(letter);
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("its parts are not as long as it is");
        }
        JsonArray shown = new JsonArray();
        for (int i = 0; i < pictures.size(); i++) {
            JsonObject picture = new JsonObject()
                    .put("number", i)
                    .put("bytes", pictures.get(i).length())
                    .put("href", PATH + "/" + letter.job().id() + "/pictures/" + i);
            PictureHeader.read(pictures.get(i).getBytes())
                    .ifPresent(
                            header -> picture.put("media_type", header.format().mediaType())
                                    .put("width", header.width())
                                    .put("height", header.height()));
            shown.add(picture);
        }
        return new JsonObject().put("kind", "pictures").put("pictures", shown);
    }

    private static String inAddress(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
