package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.system.SluiceClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Odd files that users sent, to the real models: the answers are those of training/picture.py with ONNX Runtime. */
@ExtendWith(RunningSluice.Shared.class)
class PictureCasesTest {
    private static final double TOLERANCE = 0.02;

    private final RunningSluice sluice;

    PictureCasesTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    static Stream<String> names() throws IOException {
        return expected().propertyStream().map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("names")
    void anOddFileGetsTheAnswerOfTheReference(String name) throws IOException {
        JsonNode right = expected().get(name);
        Answer answer = ask("imagenet", name);
        if (right.has("refused")) {
            assertIsRefusedByName(name, answer);
            return;
        }
        assertEquals(200, answer.status(), answer.text());
        assertEquals(
                right.get("label").asText(), answer.prediction(0).path("label").asText(), answer.text());
        double probability = answer.prediction(0).path("probability").asDouble();
        assertEquals(right.get("probability").asDouble(), probability, TOLERANCE, name);
    }

    @Test
    void inkInTheAlphaOfAGreyTiffIsSeen() throws IOException {
        Answer answer = ask("molecule-rings", "32-ink-la.tif");
        assertEquals(200, answer.status(), answer.text());
        assertEquals("2 rings", answer.prediction(0).path("label").asText(), answer.text());
    }

    private static void assertIsRefusedByName(String name, Answer answer) {
        String format = name.substring(name.indexOf('.') + 1).toUpperCase(Locale.ROOT);
        String detail = answer.body().path("detail").asText();
        assertEquals(422, answer.status(), answer.text());
        assertTrue(detail.contains(format) && detail.contains("send the picture as JPEG, PNG"), detail);
    }

    private Answer ask(String model, String name) throws IOException {
        return sluice.api(1).post("/v1/models/" + model + "/predict", "application/octet-stream", read(name));
    }

    private static JsonNode expected() throws IOException {
        return SluiceClient.JSON.readTree(read("expected.json"));
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream file = PictureCasesTest.class.getResourceAsStream("/picture-cases/" + name)) {
            return Objects.requireNonNull(file, name).readAllBytes();
        }
    }
}
