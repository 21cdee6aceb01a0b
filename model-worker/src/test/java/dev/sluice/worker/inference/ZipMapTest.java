package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.chaos.ChaosForm;
import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import dev.sluice.tensor.Values;
import dev.sluice.worker.models.ModelFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** skl2onnx's default output, a map from class to probability for each row, against scikit-learn's own answers. */
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
            List<ItemResult> results = model.infer(rows(model, reference.path("rows"), 1));
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
                    model.infer(rows(model, reference.path("rows"), 1)).getFirst();
            assertTrue(isRight(reference, 0, result), result.toString());
        }
    }

    @Test
    void classesThatAreNumberedFromZeroArePositionsOfTheLabels() throws Exception {
        JsonNode reference = reference("positions");
        try (LoadedModel model = load("positions", List.of("setosa", "versicolor", "virginica"))) {
            model.warmUp(Duration.ofMillis(100));
            JsonNode answer = JSON.readTree(
                    json(model.infer(rows(model, reference.path("rows"), 1)).getFirst()));
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

    @Test
    void memoryStaysFlatOverManyRows() throws Exception {
        JsonNode reference = reference("text");
        try (LoadedModel model = load("text", labels(reference))) {
            PreparedItems rows = rows(model, reference.path("rows"), 10);
            inferHundredThousand(model, rows);
            long before = residentBytes();
            int rounds = ChaosForm.count(3, 7);
            for (int round = 0; round < rounds; round++) {
                inferHundredThousand(model, rows);
            }
            long perRow = (residentBytes() - before) / (100_000L * rounds);
            System.out.printf("resident memory: %d bytes more a row%n", perRow);
            assertTrue(perRow < 200, "bytes a row: " + perRow);
        }
    }

    private static void inferHundredThousand(LoadedModel model, PreparedItems rows) throws InferenceException {
        for (int done = 0; done < 100_000; done += rows.size()) {
            assertEquals(rows.size(), model.infer(rows).size());
        }
    }

    private static long residentBytes() throws IOException {
        System.gc();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return 1024
                    * lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
        }
    }

    private LoadedModel load(String name, List<String> labels) throws Exception {
        boolean hasComma = labels.stream().anyMatch(label -> label.contains(","));
        ModelFolder model = ModelFolder.ofOnnxFile(bytes(name + ".onnx"), "tabular-classification", COLUMNS)
                .with("probabilitiesOutput", "output_probability")
                .with("synset", hasComma ? labels : String.join(",", labels));
        LoadSettings settings = new LoadSettings(2, 1_000_000, folder.resolve("profiles"));
        return LoadedModel.load(model.writeTo(folder.resolve("model")), "zipmap-" + name, settings);
    }

    private static PreparedItems rows(LoadedModel model, JsonNode rows, int repeats) {
        List<Tensor> columns = IntStream.range(0, COLUMNS.length)
                .mapToObj(column -> new Tensor(
                        COLUMNS[column],
                        new Values.Fp64(IntStream.range(0, rows.size() * repeats)
                                .mapToDouble(row -> rows.path(row % rows.size())
                                        .path(column)
                                        .asDouble())
                                .toArray())))
                .toList();
        return model.prepare(Content.ROWS, TensorCodec.encode(columns), List.of());
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
