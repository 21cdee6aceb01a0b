package dev.sluice.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * An outcome as text that a person can read and a program can slice without parsing it: a header line of JSON, then one line per item,
 * {@code +} and its prediction or {@code -} and its failure.
 */
public final class OutcomeCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OutcomeCodec() {}

    public static String encode(Outcome outcome) {
        StringBuilder text = new StringBuilder(128 * (1 + outcome.items().size())).append("{\"version\":\"");
        JsonStringEncoder.getInstance().quoteAsString(outcome.version(), text);
        text.append("\",\"batch\":")
                .append(outcome.batch())
                .append(",\"queue_ms\":")
                .append(outcome.timing().queueMs())
                .append(",\"decode_ms\":")
                .append(outcome.timing().decodeMs())
                .append(",\"infer_ms\":")
                .append(outcome.timing().inferMs())
                .append('}');
        for (ItemResult item : outcome.items()) {
            text.append('\n');
            switch (item) {
                case ItemResult.Prediction(String json) -> text.append('+').append(json);
                case ItemResult.Failed(Failure failure) ->
                    text.append('-')
                            .append(JSON.createObjectNode()
                                    .put("kind", failure.kind().name())
                                    .put("detail", failure.detail()));
            }
        }
        return text.toString();
    }

    /** @throws IllegalArgumentException when the text is not of that form */
    public static Outcome decode(String text) {
        String[] lines = text.split("\n", -1);
        try {
            JsonNode header = JSON.readTree(lines[0]);
            Timing timing = new Timing(
                    header.path("queue_ms").asDouble(),
                    header.path("decode_ms").asDouble(),
                    header.path("infer_ms").asDouble());
            List<ItemResult> items = new ArrayList<>(lines.length - 1);
            for (int i = 1; i < lines.length; i++) {
                items.add(decodeItem(lines[i]));
            }
            return new Outcome(
                    header.path("version").asText(), header.path("batch").asInt(), timing, items);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an outcome: " + e.getOriginalMessage(), e);
        }
    }

    private static ItemResult decodeItem(String line) throws JsonProcessingException {
        if (line.startsWith("+")) {
            return new ItemResult.Prediction(line.substring(1));
        }
        if (line.startsWith("-")) {
            JsonNode failure = JSON.readTree(line.substring(1));
            return new ItemResult.Failed(new Failure(
                    Failure.Kind.valueOf(failure.path("kind").asText()),
                    failure.path("detail").asText()));
        }
        throw new IllegalArgumentException("not an outcome: an item's line begins with + or -");
    }
}
