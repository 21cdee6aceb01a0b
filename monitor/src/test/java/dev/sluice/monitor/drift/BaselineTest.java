package dev.sluice.monitor.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values fall into the bins into which training has sorted them. */
class BaselineTest {
    private static final Bins NUMERIC = new Bins.Numeric("x", new double[] {1, 2, 4});
    private static final Bins CATEGORICAL = new Bins.Categorical("x", List.of("No", "1"));

    @ParameterizedTest
    @CsvSource({
        "-5, 0",
        "1, 0",
        "1.0000001, 1",
        "2, 1",
        "3, 2",
        "4, 2",
        "5, 3",
        "1e300, 3",
        "true, 0",
        "null, -1",
        "\"3\", -1"
    })
    void anEdgeBelongsToTheBinBelowIt(String value, int place) throws JsonProcessingException {
        assertEquals(place, NUMERIC.placeOf(new ObjectMapper().readTree(value)));
    }

    @ParameterizedTest
    @CsvSource({"'\"No\"', 0", "1, 1", "'\"1\"', 1", "'\"Yes\"', 2", "null, -1"})
    void whatTrainingHasNotSeenHasABinOfItsOwn(String value, int place) throws JsonProcessingException {
        assertEquals(place, CATEGORICAL.placeOf(new ObjectMapper().readTree(value)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\": \"x\", \"kind\": \"other\", \"counts\": []}                                   | 'x' is neither numeric nor categorical",
                "{\"name\": \"x\", \"kind\": \"numeric\", \"edges\": [2, 1], \"counts\": [1, 1, 1]}       | the edges of 'x' do not ascend",
                "{\"name\": \"x\", \"kind\": \"numeric\", \"edges\": [1, 2], \"counts\": [1, 1]}          | 'x' has 2 counts for 3 bins",
                "{\"name\": \"x\", \"kind\": \"categorical\", \"values\": [\"a\"], \"counts\": [1, -1]}   | 'x' has a count that is not a number"
            })
    void whatTrainingDoesNotWriteIsRefused(String column, String why) {
        String text = "{\"features\": [" + column + "], \"output\": " + column + "}";
        assertEquals(
                why,
                assertThrows(IllegalArgumentException.class, () -> Baseline.parse(text))
                        .getMessage());
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Baseline.parse("{"));
    }
}
