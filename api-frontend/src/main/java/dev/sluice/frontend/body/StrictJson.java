package dev.sluice.frontend.body;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON with nothing left to chance: no key twice, nothing behind the value, bounded depth and size. Its faults are told in our own words. */
final class StrictJson {
    private static final int DEEPEST = 16;
    private static final int LONGEST_NUMBER = 400;
    private static final int LONGEST_NAME = 50_000;
    private static final long LEAST_TOKEN_LIMIT = 1_000_000;
    /**
     * In the tree a name and its value, two tokens, take about 200 bytes: with body limits from 16 MB on, about seven times the largest body
     * at the most.
     */
    private static final int BYTES_A_TOKEN = 16;

    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);
    private static final Pattern CHARACTER = Pattern.compile("Unexpected character \\('(.)' \\(code", Pattern.DOTALL);

    private final ObjectReader reader;
    private final InputLimits limits;
    private final long mostTokens;

    StrictJson(InputLimits limits) {
        this.limits = limits;
        this.mostTokens = Math.max(LEAST_TOKEN_LIMIT, limits.bodyBytes() / BYTES_A_TOKEN);
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxTokenCount(mostTokens)
                        .maxNumberLength(LONGEST_NUMBER)
                        .maxNameLength(LONGEST_NAME)
                        .maxStringLength((int) Math.min(Integer.MAX_VALUE, limits.bodyBytes()))
                        .build())
                // A client's names are not those of the next one.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // Read, so that the row and column can be named in which they stand.
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();
        this.reader = JsonMapper.builder(factory).build().reader();
    }

    /** @throws InputRefusedException when it is not JSON, or too much of it */
    JsonNode parse(byte[] bytes) {
        try (JsonParser parser = reader.createParser(bytes)) {
            JsonNode tree = reader.readTree(parser);
            if (tree == null || tree.isMissingNode()) {
                throw new InputRefusedException(Reason.EMPTY, "the body is empty: send JSON");
            }
            requireEnd(parser);
            return tree;
        } catch (StreamConstraintsException e) {
            throw tooMuch(e);
        } catch (JsonProcessingException e) {
            throw new InputRefusedException(Reason.MALFORMED, "the body is not valid JSON" + where(e) + ": " + what(e));
        } catch (IOException e) {
            throw new InputRefusedException(
                    Reason.MALFORMED, "the body is not text that can be read: send JSON encoded as UTF-8");
        }
    }

    private static void requireEnd(JsonParser parser) throws IOException {
        boolean ended;
        try {
            ended = parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            ended = false;
        }
        if (!ended) {
            var place = parser.currentLocation();
            throw new InputRefusedException(
                    Reason.MALFORMED,
                    "the body is not valid JSON (line %d, column %d): something follows its value, send one value"
                            .formatted(place.getLineNr(), place.getColumnNr()));
        }
    }

    private InputRefusedException tooMuch(StreamConstraintsException e) {
        String message = e.getOriginalMessage();
        if (message.startsWith("Token count")) {
            return new InputRefusedException(
                    Reason.TOO_LARGE,
                    "the JSON has more than %d names, values and brackets: send fewer rows, or raise --body-limit (%d), which the limit follows"
                            .formatted(mostTokens, limits.bodyBytes()));
        }
        String what = message.startsWith("Document nesting")
                ? "is nested deeper than %d levels: %s".formatted(DEEPEST, "rows and pictures need four at the most")
                : message.startsWith("Number")
                        ? "has a number of more than %d characters: send it rounded".formatted(LONGEST_NUMBER)
                        : "has a name of more than %d characters: send the columns of the model"
                                .formatted(LONGEST_NAME);
        return new InputRefusedException(Reason.MALFORMED, "the JSON" + where(e) + " " + what);
    }

    /** The library's own sentences name its options, which are nothing to a client. */
    private static String what(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        Matcher duplicate = DUPLICATE.matcher(message);
        if (duplicate.find()) {
            return "duplicate key '%s', send each key once".formatted(duplicate.group(1));
        }
        if (e instanceof JsonEOFException || message.startsWith("Unexpected end")) {
            return "it ends too early, close every text, array and object";
        }
        if (message.contains("UTF-8") || message.contains("UTF-32") || message.contains("surrogate")) {
            return "it is not UTF-8, encode it so";
        }
        if (message.startsWith("Unrecognized token") || message.startsWith("Non-standard token")) {
            return "unknown word, write text in double quotes";
        }
        if (message.startsWith("Invalid numeric value")) {
            return "a number that JSON does not have, write it as a JSON library does";
        }
        Matcher character = CHARACTER.matcher(message);
        return character.find()
                ? "unexpected character '%s', write it as a JSON library does".formatted(character.group(1))
                : "write it as a JSON library does";
    }

    private static String where(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line %d, column %d)"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }
}
