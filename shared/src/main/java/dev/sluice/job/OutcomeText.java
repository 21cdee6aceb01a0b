package dev.sluice.job;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An outcome of schema 1: text that a person can read and a program can slice without parsing it: a header line of JSON, then one line per item,
 * {@code +} and its prediction or {@code -} and its failure.
 */
final class OutcomeText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OutcomeText() {}

    static String encode(Outcome outcome, ItemResults.Lines results) {
        StringBuilder text = new StringBuilder(128 * (1 + results.size())).append("{\"version\":\"");
        JsonStringEncoder.getInstance().quoteAsString(outcome.version(), text);
        if (!outcome.versionId().isEmpty()) {
            text.append("\",\"version_id\":\"");
            JsonStringEncoder.getInstance().quoteAsString(outcome.versionId(), text);
        }
        text.append("\",\"batch\":")
                .append(outcome.batch())
                .append(",\"queue_ms\":")
                .append(outcome.timing().queueMs())
                .append(",\"decode_ms\":")
                .append(outcome.timing().decodeMs())
                .append(",\"infer_ms\":")
                .append(outcome.timing().inferMs())
                .append('}');
        for (ItemResult item : results.items()) {
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
    static Outcome decode(String text) {
        try {
            List<ItemResult> items = new ArrayList<>();
            int endOfHeader = endOfLine(text, 0);
            int end = endOfHeader;
            while (end < text.length()) {
                int start = end + 1;
                end = endOfLine(text, start);
                items.add(decodeItem(text, start, end));
            }
            return decodeHeader(text.substring(0, endOfHeader), items);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an outcome: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("of a text in memory", e);
        }
    }

    private static int endOfLine(String text, int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end;
    }

    /** Uses a streaming parser, because this runs for each answer. Missing values are 0 or empty. */
    private static Outcome decodeHeader(String header, List<ItemResult> items) throws IOException {
        String version = "";
        String versionId = "";
        int batch = 0;
        double queueMs = 0;
        double decodeMs = 0;
        double inferMs = 0;
        try (JsonParser parser = JSON.createParser(header)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                switch (name) {
                    case "version" -> version = parser.getValueAsString("");
                    case "version_id" -> versionId = parser.getValueAsString("");
                    case "batch" -> batch = parser.getValueAsInt();
                    case "queue_ms" -> queueMs = parser.getValueAsDouble();
                    case "decode_ms" -> decodeMs = parser.getValueAsDouble();
                    case "infer_ms" -> inferMs = parser.getValueAsDouble();
                    default -> parser.skipChildren();
                }
            }
        }
        return new Outcome(
                version, versionId, batch, new Timing(queueMs, decodeMs, inferMs), new ItemResults.Lines(items));
    }

    private static ItemResult decodeItem(String text, int start, int end) throws JsonProcessingException {
        if (text.startsWith("+", start)) {
            return new ItemResult.Prediction(text.substring(start + 1, end));
        }
        if (text.startsWith("-", start)) {
            JsonNode failure = JSON.readTree(text.substring(start + 1, end));
            return new ItemResult.Failed(new Failure(
                    Failure.Kind.ofWire(failure.path("kind").asText()),
                    failure.path("detail").asText()));
        }
        throw new IllegalArgumentException("not an outcome: an item's line begins with + or -");
    }
}
