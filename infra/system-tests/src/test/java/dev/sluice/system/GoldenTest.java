package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.system.SluiceClient.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The served answers equal those of Python: ONNX Runtime on the same rows, Pillow's preparation of the same pictures, torch for the rings. */
@ExtendWith(RunningSluice.Shared.class)
class GoldenTest {
    private static final double ROWS = 1e-4;
    private static final double PICTURES = 1e-2;

    private final RunningSluice sluice;

    GoldenTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    static Stream<String> models() {
        return Stream.of("iris", "california-housing", "loan-approval", "imagenet", "molecule-rings");
    }

    @ParameterizedTest
    @MethodSource("models")
    void theServedAnswersEqualPythons(String model, @TempDir Path golden) throws IOException {
        sluice.training("golden", "--out", golden.toString());
        JsonNode cases =
                SluiceClient.JSON.readTree(golden.resolve(model + ".json").toFile());
        assertTrue(cases.size() > 0, "there are cases");
        double largest = 0;
        for (JsonNode one : cases) {
            boolean picture = one.path("input").isTextual();
            Answer answer = ask(model, one.path("input"));
            assertEquals(200, answer.status(), one.path("input") + ": " + answer.text());
            double difference = compare(
                    model + " " + one.path("input"),
                    one.path("expected"),
                    answer.prediction(0),
                    picture ? PICTURES : ROWS);
            largest = Math.max(largest, difference);
        }
        System.out.printf("golden %-20s %3d cases, largest difference %.2e%n", model, cases.size(), largest);
    }

    private Answer ask(String model, JsonNode input) {
        String path = "/v1/models/" + model + "/predict";
        return input.isTextual()
                ? sluice.api(1).postFiles(path, "image", List.of(RunningSluice.sample(input.asText())))
                : sluice.api(1).postJson(path, input.toString());
    }

    /** @return the largest difference of two numbers in the same place */
    private static double compare(String what, JsonNode expected, JsonNode actual, double tolerance) {
        if (expected.isNumber()) {
            // Relative for what is large: house prices are not probabilities.
            double scale = Math.max(1, Math.abs(expected.asDouble()));
            double difference = Math.abs(expected.asDouble() - actual.asDouble(Double.NaN)) / scale;
            assertTrue(difference <= tolerance, "%s: expected %s, served %s".formatted(what, expected, actual));
            return difference;
        }
        if (expected.isTextual()) {
            assertEquals(expected.asText(), actual.asText(), what);
            return 0;
        }
        double largest = 0;
        for (var field : expected.properties()) {
            // Below the top the order of near-equal labels is not promised.
            if (!field.getKey().equals("top")) {
                largest = Math.max(
                        largest,
                        compare(what + "." + field.getKey(), field.getValue(), actual.path(field.getKey()), tolerance));
            }
        }
        return largest;
    }
}
