package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.chaos.Slow;
import dev.sluice.job.ItemResult;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.models.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped versions of molecule-rings, against the answers that torch gave when they were trained. */
@Slow
class TorchScriptModelTest {
    private static final Path TRAINING = Path.of("..", "training");
    private static final double TOLERANCE = 1e-4;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void answersWhatTorchAnsweredOneByOneAndTogether(String version) throws Exception {
        JsonNode reference = JSON.readTree(
                TRAINING.resolve("rings/reference-" + version + ".json").toFile());
        try (LoadedModel model = rings(version)) {
            assertEquals("PyTorch", model.engine());
            assertEquals("pytorch", model.flavor());
            List<byte[]> pictures = new ArrayList<>();
            for (JsonNode one : reference) {
                byte[] picture = Files.readAllBytes(
                        TRAINING.resolve("samples").resolve(one.path("input").asText()));
                pictures.add(picture);
                assertAnswer(
                        one,
                        Answers.of(model, Answers.pictures(model, List.of(picture)))
                                .getFirst());
            }
            List<ItemResult> together = Answers.of(model, Answers.pictures(model, pictures));
            for (int i = 0; i < together.size(); i++) {
                assertAnswer(reference.get(i), together.get(i));
            }
        }
    }

    @Test
    void bothEnginesRunInOneProcess() throws Exception {
        try (LoadedModel torch = rings("v1");
                LoadedModel onnx = LoadedModel.load(
                        ModelFolder.summing("a").writeTo(folder.resolve("onnx")), "onnx", settings())) {
            torch.warmUp(Duration.ofSeconds(1));
            onnx.warmUp(Duration.ofSeconds(1));
            List<Tensor> row = List.of(Tensor.reals("a", 7));
            assertEquals(
                    List.of(new ItemResult.Prediction("{\"value\":7.0}")), Answers.of(onnx, Answers.rows(onnx, row)));
        }
    }

    private LoadedModel rings(String version) throws UnservableModelException {
        return LoadedModel.load(TRAINING.resolve("rings").resolve(version), "rings-" + version, settings());
    }

    private LoadSettings settings() {
        return new LoadSettings(2, 1_000_000, folder.resolve("profiles"));
    }

    private static void assertAnswer(JsonNode one, ItemResult result) throws Exception {
        JsonNode expected = one.path("expected");
        JsonNode answer = JSON.readTree(
                assertInstanceOf(ItemResult.Prediction.class, result).json());
        String input = one.path("input").asText();
        assertEquals(expected.path("label").asText(), answer.path("label").asText(), input);
        assertEquals(
                expected.path("probability").asDouble(),
                answer.path("probability").asDouble(),
                TOLERANCE,
                input);
    }
}
