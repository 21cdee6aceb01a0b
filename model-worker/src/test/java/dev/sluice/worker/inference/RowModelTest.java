package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.Content;
import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.ModelSignature;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import dev.sluice.tensor.Values;
import dev.sluice.worker.models.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowModelTest {
    @TempDir
    Path folder;

    @Test
    void rowsOfSeveralJobsRunTogetherAndKeepTheirOrder() throws Exception {
        try (LoadedModel model = load(ModelFolder.summing("a", "b"))) {
            PreparedItems batch = PreparedItems.join(List.of(
                    rows(model, numbers("a", 1, 2), numbers("b", 10, 20)),
                    rows(model, numbers("a", 3), numbers("b", 30))));
            assertEquals(
                    List.of("{\"value\":11.0}", "{\"value\":22.0}", "{\"value\":33.0}"), jsons(model.infer(batch)));
            assertEquals(List.of("{\"value\":22.0}", "{\"value\":33.0}"), jsons(model.infer(batch.slice(1, 3))));
        }
    }

    @Test
    void columnsAreTakenByNameWhateverTheirOrder() throws Exception {
        try (LoadedModel model = load(ModelFolder.classifying("yes", "no"))) {
            PreparedItems items = rows(model, numbers("no", 0), numbers("yes", 200));
            assertEquals(
                    List.of("{\"label\":\"yes\",\"probability\":1.0,\"probabilities\":{\"yes\":1.0,\"no\":0.0}}"),
                    jsons(model.infer(items)));
        }
    }

    @Test
    void textAndNumbersGoToTheInputsOfTheirNames() throws Exception {
        try (LoadedModel model = load(ModelFolder.readingNumbersFromText())) {
            PreparedItems items = rows(model, texts("text", "1.5", "40"), numbers("plus", 1, 2));
            assertEquals(List.of("{\"value\":2.5}", "{\"value\":42.0}"), jsons(model.infer(items)));
        }
    }

    @Test
    void whatIsNoNumberIsNull() throws Exception {
        try (LoadedModel model = load(ModelFolder.takingLogarithms("x"))) {
            PreparedItems items = rows(model, numbers("x", 1, -1, 0));
            assertEquals(List.of("{\"value\":0.0}", "{\"value\":null}", "{\"value\":null}"), jsons(model.infer(items)));
        }
        try (LoadedModel model = load(ModelFolder.classifying("yes", "no"))) {
            PreparedItems items = rows(model, numbers("yes", Double.NaN), numbers("no", 1));
            assertEquals(
                    List.of("{\"label\":null,\"probability\":null,\"probabilities\":{\"yes\":null,\"no\":null}}"),
                    jsons(model.infer(items)));
        }
    }

    @Test
    void aFailingEngineSaysSoAndTheOtherItemsStillRun() throws Exception {
        try (LoadedModel model = load(ModelFolder.readingNumbersFromText())) {
            PreparedItems items = rows(model, texts("text", "1", "poison", "3"), numbers("plus", 0, 0, 0));
            assertThrows(InferenceException.class, () -> model.infer(items));
            assertThrows(InferenceException.class, () -> model.infer(items.slice(1, 2)));
            assertEquals(List.of("{\"value\":3.0}"), jsons(model.infer(items.slice(2, 3))));
        }
    }

    @Test
    void anItemThatFailedBeforeKeepsItsPlace() throws Exception {
        try (LoadedModel model = load(ModelFolder.summing("a"))) {
            Failure unreadable = new Failure(Failure.Kind.UNREADABLE_PAYLOAD, "gone");
            PreparedItems batch = PreparedItems.join(List.of(
                    rows(model, numbers("a", 1)), PreparedItems.failed(2, unreadable), rows(model, numbers("a", 4))));
            List<ItemResult> results = model.infer(batch);
            assertEquals(4, results.size());
            assertEquals(new ItemResult.Failed(unreadable), results.get(2));
            assertEquals(new ItemResult.Prediction("{\"value\":4.0}"), results.get(3));
        }
    }

    @Test
    void aPayloadThatDoesNotFitIsRefusedWhole() throws Exception {
        try (LoadedModel model = load(ModelFolder.summing("a", "b"))) {
            assertThrows(IllegalArgumentException.class, () -> model.prepare(Content.ROWS, new byte[] {1}, List.of()));
            assertThrows(IllegalArgumentException.class, () -> rows(model, numbers("a", 1)));
            assertThrows(IllegalArgumentException.class, () -> rows(model, numbers("a", 1, 2), numbers("b", 1)));
            assertThrows(IllegalArgumentException.class, () -> rows(model, numbers("a", 1), texts("b", "x")));
            assertThrows(
                    IllegalArgumentException.class, () -> model.prepare(Content.PICTURES, new byte[0], List.of(0)));
        }
    }

    @Test
    void wholeNumbersKeepTheirDigits() throws Exception {
        try (LoadedModel model = load(ModelFolder.passingOnWholeNumbers("n"))) {
            Tensor wide = new Tensor("n", new Values.Int64(new long[] {16_777_216}));
            assertEquals(List.of("{\"value\":1.6777216E7}"), jsons(model.infer(rows(model, wide))));
            assertThrows(IllegalArgumentException.class, () -> rows(model, numbers("n", 0.5)));
        }
    }

    @Test
    void describesItself() throws Exception {
        try (LoadedModel model = load(ModelFolder.summing("a").optional("a"))) {
            assertEquals(
                    new ModelSignature.Rows(List.of(new Column("a", ColumnType.DOUBLE, false))), model.signature());
            assertEquals(model.signature().hash(), model.signatureHash());
            assertEquals("tabular-regression", model.task());
            assertEquals("onnx", model.flavor());
            assertEquals("OnnxRuntime", model.engine());
            assertEquals("A model to test with.", model.description());
        }
    }

    @Test
    void isMeasuredOnceAndThenRememberedByTheContentOfItsFiles() throws Exception {
        try (LoadedModel first = load(ModelFolder.summing("a"));
                LoadedModel second = load(ModelFolder.summing("a"))) {
            assertThrows(IllegalStateException.class, first::profile);
            first.warmUp(Duration.ofSeconds(1));
            assertEquals(
                    List.of(1, 2, 4, 8, 16, 32),
                    first.profile().points().stream()
                            .map(point -> point.batch())
                            .toList());
            second.warmUp(Duration.ofSeconds(1));
            assertEquals(first.profile(), second.profile());
        }
    }

    @Test
    void aModelThatFailsOnItsOwnExampleDoesNotWarmUp() throws Exception {
        ModelFolder poisoned =
                ModelFolder.readingNumbersFromText().example(List.of("text", "plus"), List.of("poison", 1));
        try (LoadedModel model = load(poisoned)) {
            InferenceException failure =
                    assertThrows(InferenceException.class, () -> model.warmUp(Duration.ofSeconds(1)));
            assertTrue(String.valueOf(failure.getMessage()).startsWith("the model fails: "), failure.getMessage());
        }
    }

    private LoadedModel load(ModelFolder model) throws IOException, UnservableModelException {
        LoadSettings settings = new LoadSettings(2, 1_000_000, folder.resolve("profiles"));
        return LoadedModel.load(model.writeTo(folder.resolve("model")), "digest", settings);
    }

    private static PreparedItems rows(LoadedModel model, Tensor... columns) {
        return model.prepare(Content.ROWS, TensorCodec.encode(List.of(columns)), List.of());
    }

    private static Tensor numbers(String name, double... values) {
        return new Tensor(name, new Values.Fp64(values));
    }

    private static Tensor texts(String name, String... values) {
        return new Tensor(name, new Values.Text(values));
    }

    private static List<String> jsons(List<ItemResult> results) {
        return results.stream()
                .map(result ->
                        assertInstanceOf(ItemResult.Prediction.class, result).json())
                .toList();
    }
}
