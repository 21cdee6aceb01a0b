package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.job.ItemResult;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.models.OnnxGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What metadata says is done, or is a reason for rejection that says what to do; nothing is ignored. */
class VersionMetadataTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    @Test
    void softmaxIsAppliedToTheLogitsOfRows() throws Exception {
        try (LoadedModel model = load(ModelFolder.scoring("a", "b", "c").with("applySoftmax", "true"))) {
            model.warmUp(Duration.ofMillis(100));
            JsonNode answer = JSON.readTree(json(infer(model, 2.17, 0, -1)));
            assertEquals("a", answer.path("label").asText());
            assertEquals(0.8649, answer.path("probability").asDouble(), 1e-4);
            assertEquals(0.0988, answer.path("probabilities").path("b").asDouble(), 1e-4);
        }
    }

    @Test
    void aNumberOutsideZeroToOneIsNoProbability() throws Exception {
        String reason = refusedAtWarmUp(ModelFolder.scoring("a", "b").example(List.of("a", "b"), List.of(2.17, 0.1)));
        assertTrue(reason.contains("output 'scores'") && reason.contains("class 'a' has the probability 2.17"), reason);
        assertTrue(reason.contains("'applySoftmax'") && reason.contains("'probabilitiesOutput'"), reason);
    }

    /** Zeros are an example that hides it. */
    @Test
    void aRegressorThatIsDeclaredAClassifierIsRejected() throws Exception {
        String reason = refusedAtWarmUp(ModelFolder.scoring("price").example(List.of("price"), List.of(0)));
        assertTrue(reason.contains("class 'price' has the probability"), reason);
    }

    @Test
    void aProbabilityOutsideZeroToOneCostsItsItemOnly() throws Exception {
        try (LoadedModel model = load(ModelFolder.scoring("a", "b"))) {
            List<ItemResult> results =
                    Answers.of(model, rows(model, new double[] {0.25, -0.16}, new double[] {0.75, 1}));
            assertInstanceOf(ItemResult.Prediction.class, results.get(0));
            String detail = assertInstanceOf(ItemResult.Failed.class, results.get(1))
                    .failure()
                    .detail();
            assertTrue(detail.contains("class 'a' has the probability -0.16"), detail);
        }
    }

    @Test
    void roundingIsForgiven() throws Exception {
        try (LoadedModel model = load(ModelFolder.scoring("a", "b"))) {
            assertEquals(
                    "{\"label\":\"a\",\"probability\":1.0,\"probabilities\":{\"a\":1.0,\"b\":0.0}}",
                    json(infer(model, 1.000001, -1e-7)));
        }
    }

    @Test
    void softmaxOfWhatAreProbabilitiesAlreadyIsRejected() throws Exception {
        String reason = refusedAtWarmUp(ModelFolder.classifying("a", "b").with("applySoftmax", true));
        assertTrue(reason.contains("'applySoftmax'") && reason.contains("remove"), reason);
    }

    @ParameterizedTest
    @CsvSource({
        "topk, did you mean 'topK'?",
        "applySoftMax, did you mean 'applySoftmax'?",
        "synset_file_name, did you mean 'synsetFileName'?",
        "threshold, '[applySoftmax, background, centerCrop, description, '"
    })
    void anUnknownKeyIsRefusedByNameWithTheKeysThereAre(String key, String hint) {
        String reason = refused(ModelFolder.seeingColours(4, 4).with(key, "3"));
        assertTrue(reason.startsWith("metadata '%s' is unknown: ".formatted(key)), reason);
        assertTrue(reason.contains(hint) && reason.contains("topK, width]"), reason);
    }

    @Test
    void aKeyOfAnotherTaskIsRefusedByName() {
        String reason = refused(ModelFolder.summing("a").with("applySoftmax", "true"));
        assertEquals(
                "metadata 'applySoftmax' does not apply to tabular-regression but to image-classification, tabular-classification: remove it",
                reason);
    }

    @Test
    void notesForPeopleAreFree() throws Exception {
        ModelFolder noted = ModelFolder.summing("a")
                .with("notes", Map.of("author", "somebody", "ticket", 17))
                .with("rmse_on_generated_data", 0.5)
                .with("accuracy", 0.97)
                .with("data", "generated data")
                .with("release", "v2")
                .with("target", "price");
        load(noted).close();
    }

    @ParameterizedTest
    @CsvSource({
        "topK, 0",
        "topK, -1",
        "topK, many",
        "topK, 2.5",
        "topK, ''",
        "width, 0",
        "width, -4",
        "height, 99999999999",
        "height, 4px",
        "resizeShort, 0",
        "resizeShort, 3",
        "centerCrop, yes",
        "applySoftmax, 1",
        "flag, GRAYSCALE",
        "interpolation, lanczos",
        "background, '1,2'",
        "background, '0,0,256'",
        "background, white",
        "normalize, '0,0,0,1,1'",
        "normalize, '0,0,0,1,1,0'",
        "normalize, '0,0,0,1,1,NaN'",
        "task, regression",
        "synset, '[red, green, blue]'",
        "synset, '[\"red\", \"green\", \"blue\"]'",
        "synset, 'red,,blue'"
    })
    void aWrongValueIsRefusedByNameAtOnce(String key, String value) {
        String reason = refused(ModelFolder.seeingColours(4, 4).with(key, value));
        assertTrue(reason.contains("metadata '" + key + "' "), reason);
        assertTrue(reason.contains(": "), reason);
    }

    @Test
    void numbersAndFlagsMayBeTextAsWell() throws Exception {
        load(ModelFolder.seeingColours(4, 4)
                        .with("width", "4")
                        .with("height", 4.0)
                        .with("topK", "2")
                        .with("resizeShort", "8")
                        .with("centerCrop", "True")
                        .with("background", List.of(0, 128, 255))
                        .with("normalize", List.of(0.5, 0.5, 0.5, 0.25, 0.25, 0.25)))
                .close();
    }

    @Test
    void labelsMayBeAList() throws Exception {
        try (LoadedModel model =
                load(ModelFolder.classifying("a", "b", "c").with("synset", List.of("a", "b, or c", 3)))) {
            JsonNode answer = JSON.readTree(json(infer(model, 0, 0, 0)));
            assertEquals(
                    List.of("a", "b, or c", "3"),
                    answer.path("probabilities")
                            .propertyStream()
                            .map(Map.Entry::getKey)
                            .toList());
        }
    }

    @Test
    void aLabelThatStandsTwiceIsRefused() {
        String reason = refused(ModelFolder.classifying("a", "b").with("synset", "same,same"));
        assertTrue(reason.contains("'synset' has the label 'same' twice"), reason);
    }

    @Test
    void labelsAndClassesThatDifferInNumberAreBothNamed() {
        String reason = refused(ModelFolder.classifying("a", "b", "c").with("synset", "a,b"));
        assertTrue(
                reason.contains("output 'probabilities' has 3 numbers for each item, and there are 2 labels"), reason);
    }

    @Test
    void everyFaultIsListedAtOnce() {
        String reason = refused(ModelFolder.seeingColours(4, 4)
                .with("topK", 0)
                .with("width", -1)
                .with("sinset", "a,b")
                .without("synset")
                .withoutSignature());
        assertTrue(reason.startsWith("5 faults: (1) "), reason);
        for (String fault : List.of(
                "'topK'",
                "'width'",
                "'sinset' is unknown: did you mean 'synset'?",
                "'synset' is missing",
                "signature")) {
            assertTrue(reason.contains(fault), reason);
        }
    }

    @Test
    void theOutputAndTheColumnsAreReportedTogether() {
        String reason =
                refused(ModelFolder.passingOnWholeNumbers("n").optional("n").with("valueOutput", "nothing"));
        assertTrue(reason.startsWith("2 faults: (1) output 'nothing' "), reason);
        assertTrue(reason.contains("(2) ") && reason.contains("'n' is optional"), reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {OnnxGraph.INT64, OnnxGraph.STRING, OnnxGraph.FLOAT16})
    void anOutputOfATypeThatIsNotReadIsRefusedWithTheOutputsThereAre(int type) {
        String reason = refused(ModelFolder.answeringIn(type));
        assertTrue(reason.startsWith("output 'answer' is "), reason);
        assertTrue(reason.contains("a float32 or float64 tensor [N] or [N, 1]"), reason);
        assertTrue(reason.contains("convert it to float32 before export"), reason);
    }

    @Test
    void aTensorSignatureOfRowsIsRefusedWithWhatIsAccepted() {
        String reason = refused(ModelFolder.summing("a").tensorSignature());
        assertTrue(reason.contains("tensor") && reason.contains("named columns"), reason);
    }

    private String refused(ModelFolder model) {
        UnservableModelException refusal =
                assertThrows(UnservableModelException.class, () -> load(model).close());
        return plain(refusal);
    }

    private String refusedAtWarmUp(ModelFolder model) throws Exception {
        try (LoadedModel loaded = load(model)) {
            return plain(assertThrows(UnservableModelException.class, () -> loaded.warmUp(Duration.ofMillis(100))));
        }
    }

    private String plain(UnservableModelException refusal) {
        String reason = String.valueOf(refusal.getMessage());
        System.out.println("reason: " + reason);
        assertFalse(reason.contains("Exception") || reason.contains("For input string"), reason);
        assertFalse(reason.contains(folder.toString()), reason);
        return reason;
    }

    private LoadedModel load(ModelFolder model) throws IOException, UnservableModelException {
        LoadSettings settings = new LoadSettings(2, 1_000_000, folder.resolve("profiles"));
        return LoadedModel.load(model.writeTo(folder.resolve("model")), "digest", settings);
    }

    /** One row of a model whose columns are named a, b, c … */
    private static ItemResult infer(LoadedModel model, double... row) throws InferenceException {
        return Answers.of(
                        model,
                        rows(
                                model,
                                Arrays.stream(row)
                                        .mapToObj(v -> new double[] {v})
                                        .toArray(double[][]::new)))
                .getFirst();
    }

    private static PreparedItems rows(LoadedModel model, double[]... columns) {
        List<Tensor> tensors = IntStream.range(0, columns.length)
                .mapToObj(i -> Tensor.reals(String.valueOf((char) ('a' + i)), columns[i]))
                .toList();
        return Answers.rows(model, tensors);
    }

    private static String json(ItemResult result) {
        return assertInstanceOf(ItemResult.Prediction.class, result).json();
    }
}
