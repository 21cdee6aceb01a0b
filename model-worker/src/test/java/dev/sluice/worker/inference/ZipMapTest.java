package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.Slow;
import dev.sluice.job.ItemResult;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.models.ModelFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** skl2onnx's default output, a map from class to probability for each row, against scikit-learn's own answers. */
@Slow
class ZipMapTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String[] COLUMNS = {"a", "b", "c", "d"};
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"text", "spaced", "positions", "numbers", "postcodes"})
    void probabilitiesStandWithTheLabelsThatTheyWereTrainedFor(String name) throws Exception {
        JsonNode reference = reference(name);
        try (LoadedModel model = load(name, labels(reference))) {
            model.warmUp(Duration.ofMillis(100));
            List<ItemResult> results = Answers.of(model, rows(model, reference.path("rows")));
            int wrong = 0;
            for (int row = 0; row < results.size(); row++) {
                wrong += isRight(reference, row, results.get(row)) ? 0 : 1;
            }
            assertEquals(0, wrong, "wrong answers of " + results.size());
            assertEquals(200, results.size());
        }
    }

    @Test
    void theOrderOfTheLabelsIsFree() throws Exception {
        JsonNode reference = reference("text");
        try (LoadedModel model = load("text", List.of("virginica", "setosa", "versicolor"))) {
            ItemResult result =
                    Answers.of(model, rows(model, reference.path("rows"))).getFirst();
            assertTrue(isRight(reference, 0, result), result.toString());
        }
    }

    @Test
    void classesThatAreNumberedFromZeroArePositionsOfTheLabels() throws Exception {
        JsonNode reference = reference("positions");
        try (LoadedModel model = load("positions", List.of("setosa", "versicolor", "virginica"))) {
            model.warmUp(Duration.ofMillis(100));
            JsonNode answer = JSON.readTree(
                    json(Answers.of(model, rows(model, reference.path("rows"))).getFirst()));
            assertEquals(
                    reference.path("probabilities").path(0).path(2).asDouble(),
                    answer.path("probabilities").path("virginica").asDouble(),
                    TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "postcodes"})
    void aLabelOnOneSideOnlyIsAReasonThatNamesBoth(String name) throws Exception {
        JsonNode reference = reference(name);
        List<String> labels = new ArrayList<>(labels(reference));
        String missing = labels.set(1, "nowhere");
        try (LoadedModel model = load(name, labels)) {
            Exception refusal = assertThrows(Exception.class, () -> model.warmUp(Duration.ofMillis(100)));
            String reason = String.valueOf(refusal.getMessage());
            assertTrue(reason.contains("'" + missing + "'") && reason.contains("'nowhere'"), reason);
        }
    }

    /** In a process of its own with a heap of fixed size, so that whatever grows is native memory. */
    @Test
    void memoryStaysFlatOverManyRows() throws Exception {
        List<String> labels = labels(reference("text"));
        Path model = write("text", labels);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms128m",
                        "-Xmx128m",
                        "-XX:+AlwaysPreTouch",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ZipMapMemory.class.getName(),
                        model.toString(),
                        String.valueOf(ChaosForm.count(3, 7)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        long perRow = Long.parseLong(output.strip().lines().toList().getLast());
        System.out.printf("resident memory: %d bytes more a row%n", perRow);
        assertTrue(perRow < 100, output);
    }

    private LoadedModel load(String name, List<String> labels) throws Exception {
        LoadSettings settings = new LoadSettings(2, 1_000_000, folder.resolve("profiles"));
        return LoadedModel.load(write(name, labels), "zipmap-" + name, settings);
    }

    private Path write(String name, List<String> labels) throws IOException {
        boolean hasComma = labels.stream().anyMatch(label -> label.contains(","));
        ModelFolder model = ModelFolder.ofOnnxFile(bytes(name + ".onnx"), "tabular-classification", COLUMNS)
                .with("probabilitiesOutput", "output_probability")
                .with("synset", hasComma ? labels : String.join(",", labels));
        return model.writeTo(folder.resolve("model"));
    }

    private static PreparedItems rows(LoadedModel model, JsonNode rows) {
        List<Tensor> columns = IntStream.range(0, COLUMNS.length)
                .mapToObj(column -> Tensor.reals(
                        COLUMNS[column],
                        IntStream.range(0, rows.size())
                                .mapToDouble(row -> rows.path(row).path(column).asDouble())
                                .toArray()))
                .toList();
        return Answers.rows(model, columns);
    }

    private static boolean isRight(JsonNode reference, int row, ItemResult result) throws IOException {
        JsonNode answer = JSON.readTree(json(result));
        JsonNode expected = reference.path("probabilities").path(row);
        int best = 0;
        for (int i = 0; i < expected.size(); i++) {
            String label = reference.path("classes").path(i).asText();
            double probability = answer.path("probabilities").path(label).asDouble(Double.NaN);
            if (!(Math.abs(probability - expected.path(i).asDouble()) <= TOLERANCE)) {
                return false;
            }
            best = expected.path(i).asDouble() > expected.path(best).asDouble() ? i : best;
        }
        return answer.path("label")
                .asText()
                .equals(reference.path("classes").path(best).asText());
    }

    private static List<String> labels(JsonNode reference) {
        List<String> labels = new ArrayList<>();
        reference.path("classes").forEach(label -> labels.add(label.asText()));
        return labels;
    }

    private static JsonNode reference(String name) throws IOException {
        return JSON.readTree(bytes(name + ".json"));
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream file = ZipMapTest.class.getResourceAsStream("/zipmap/" + name)) {
            return Objects.requireNonNull(file, name).readAllBytes();
        }
    }

    private static String json(ItemResult result) {
        return assertInstanceOf(ItemResult.Prediction.class, result).json();
    }
}
