package dev.sluice.frontend.body;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.io.IOException;

/** JSON with nothing left to chance: no key twice, nothing behind the value, bounded depth and size. */
final class StrictJson {
    private static final int DEEPEST = 16;
    private static final int MOST_TOKENS = 1_000_000;
    private static final int LONGEST_NUMBER = 400;

    private final ObjectReader reader;

    StrictJson(long longestText) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxTokenCount(MOST_TOKENS)
                        .maxNumberLength(LONGEST_NUMBER)
                        .maxStringLength((int) Math.min(Integer.MAX_VALUE, longestText))
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // Read, so that the row and column can be named in which they stand.
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();
        this.reader = JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .reader();
    }

    /** @throws InputRefusedException when it is not JSON, or too much of it */
    JsonNode parse(byte[] bytes) {
        try {
            JsonNode tree = reader.readTree(bytes);
            if (tree.isMissingNode()) {
                throw new InputRefusedException(Reason.EMPTY, "the body is empty");
            }
            return tree;
        } catch (StreamConstraintsException e) {
            boolean tooMany = e.getOriginalMessage().startsWith("Token count");
            throw new InputRefusedException(
                    tooMany ? Reason.TOO_LARGE : Reason.MALFORMED, "the JSON is not read: " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new InputRefusedException(Reason.MALFORMED, "the body is not JSON: " + where(e));
        } catch (IOException e) {
            throw new InputRefusedException(Reason.MALFORMED, "the body is not JSON: " + e.getMessage());
        }
    }

    private static String where(JsonProcessingException e) {
        return e.getLocation() == null
                ? e.getOriginalMessage()
                : "%s (line %d, column %d)"
                        .formatted(
                                e.getOriginalMessage(),
                                e.getLocation().getLineNr(),
                                e.getLocation().getColumnNr());
    }
}
