package dev.sluice.monitor.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The figures are scipy's, see {@code python -m training drift-golden}. */
class DivergenceTest {
    private static final double CLOSE = 1e-6;

    static Stream<JsonNode> cases() throws IOException {
        return StreamSupport.stream(golden().path("cases").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itIsWhatScipySays(JsonNode one) {
        Divergence divergence = Divergence.between(counts(one.path("baseline")), counts(one.path("window")));
        String name = one.path("name").asText();
        assertEquals(one.path("psi").asDouble(), divergence.psi(), CLOSE, name);
        assertEquals(one.path("js").asDouble(), divergence.jensenShannon(), CLOSE, name);
        assertEquals(one.path("p_value").asDouble(), divergence.pValue(), CLOSE, name);
    }

    @Test
    void bothCountAnEmptyBinAlike() throws IOException {
        assertEquals(golden().path("floor").asDouble(), Divergence.LEAST_SHARE);
        assertTrue(cases().count() >= 20);
    }

    private static long[] counts(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = DivergenceTest.class.getResourceAsStream("/drift-golden.json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
