package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.model.InputTensor;
import dev.sluice.model.Signature;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.models.OnnxGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                    List.of("{\"value\":11.0}", "{\"value\":22.0}", "{\"value\":33.0}"),
                    jsons(Answers.of(model, batch)));
            assertEquals(List.of("{\"value\":22.0}", "{\"value\":33.0}"), jsons(Answers.of(model, batch.slice(1, 3))));
        }
    }

    @Test
    void columnsAreTakenByNameWhateverTheirOrder() throws Exception {
        try (LoadedModel model = load(ModelFolder.classifying("yes", "no"))) {
            PreparedItems items = rows(model, numbers("no", 0), numbers("yes", 200));
            assertEquals(
                    List.of("{\"label\":\"yes\",\"probability\":1.0,\"probabilities\":{\"yes\":1.0,\"no\":0.0}}"),
                    jsons(Answers.of(model, items)));
        }
    }

    @Test
    void textAndNumbersGoToTheInputsOfTheirNames() throws Exception {
        try (LoadedModel model = load(ModelFolder.readingNumbersFromText())) {
            PreparedItems items = rows(model, texts("text", "1.5", "40"), numbers("plus", 1, 2));
            assertEquals(List.of("{\"value\":2.5}", "{\"value\":42.0}"), jsons(Answers.of(model, items)));
        }
    }

    @Test
    void whatIsNoNumberIsNull() throws Exception {
        try (LoadedModel model = load(ModelFolder.takingLogarithms("x"))) {
            PreparedItems items = rows(model, numbers("x", 1, -1, 0));
            assertEquals(
                    List.of("{\"value\":0.0}", "{\"value\":null}", "{\"value\":null}"),
                    jsons(Answers.of(model, items)));
        }
        try (LoadedModel model = load(ModelFolder.classifying("yes", "no"))) {
            PreparedItems items = rows(model, numbers("yes", Double.NaN), numbers("no", 1));
            assertEquals(
                    List.of("{\"label\":null,\"probability\":null,\"probabilities\":{\"yes\":null,\"no\":null}}"),
                    jsons(Answers.of(model, items)));
        }
    }

    @Test
    void aFailingEngineSaysSoAndTheOtherItemsStillRun() throws Exception {
        try (LoadedModel model = load(ModelFolder.readingNumbersFromText())) {
            PreparedItems items = rows(model, texts("text", "1", "poison", "3"), numbers("plus", 0, 0, 0));
            assertThrows(InferenceException.class, () -> Answers.of(model, items));
            assertThrows(InferenceException.class, () -> Answers.of(model, items.slice(1, 2)));
            assertEquals(List.of("{\"value\":3.0}"), jsons(Answers.of(model, items.slice(2, 3))));
        }
    }

    @Test
    void anItemThatFailedBeforeKeepsItsPlace() throws Exception {
        try (LoadedModel model = load(ModelFolder.summing("a"))) {
            Failure unreadable = new Failure(Failure.Kind.UNREADABLE_PAYLOAD, "gone");
            PreparedItems batch = PreparedItems.join(List.of(
                    rows(model, numbers("a", 1)), PreparedItems.failed(2, unreadable), rows(model, numbers("a", 4))));
            List<ItemResult> results = Answers.of(model, batch);
            assertEquals(4, results.size());
            assertEquals(new ItemResult.Failed(unreadable), results.get(2));
            assertEquals(new ItemResult.Prediction("{\"value\":4.0}"), results.get(3));
        }
    }

    @Test
    void aPayloadThatDoesNotFitIsRefusedWhole() throws Exception {
        try (LoadedModel model = load(ModelFolder.summing("a", "b"))) {
            assertThrows(IllegalArgumentException.class, () -> rows(model, numbers("a", 1)));
            assertThrows(IllegalArgumentException.class, () -> rows(model, numbers("a", 1, 2), numbers("b", 1)));
            assertThrows(IllegalArgumentException.class, () -> rows(model, numbers("a", 1), texts("b", "x")));
            assertThrows(IllegalArgumentException.class, () -> Answers.pictures(model, List.of(new byte[0])));
        }
    }

    @Test
    void wholeNumbersKeepTheirDigits() throws Exception {
        try (LoadedModel model = load(ModelFolder.passingOnWholeNumbers("n"))) {
            Tensor wide = Tensor.wholes("n", 16_777_216);
            assertEquals(List.of("{\"value\":1.6777216E7}"), jsons(Answers.of(model, rows(model, wide))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The ONNX type, the column's, values that fit, one that does not.
        OnnxGraph.INT64 + ", double, 1.0, 0.5",
        OnnxGraph.INT64 + ", double, 1.0, NaN",
        OnnxGraph.INT64 + ", double, 1.0, 1e19",
        OnnxGraph.INT32 + ", double, 1.0, 3000000000.0",
        OnnxGraph.INT32 + ", long, 1, 3000000000",
        OnnxGraph.INT32 + ", long, 1, -2147483649",
        OnnxGraph.FLOAT + ", double, 1.0, 1e39",
        OnnxGraph.FLOAT + ", long, 1, 16777217",
        OnnxGraph.DOUBLE + ", long, 1, 9007199254740993",
        OnnxGraph.BOOL + ", double, 1.0, 2.0",
        OnnxGraph.BOOL + ", long, 1, 2",
    })
    void aValueThatTheModelDoesNotTakeCostsItsRowAndNoOther(int onnxType, String columnType, String fit, String unfit)
            throws Exception {
        try (LoadedModel model = load(ModelFolder.passingOn(onnxType, columnType, "n"))) {
            PreparedItems batch = PreparedItems.join(List.of(
                    rows(model, column(columnType, fit)),
                    rows(model, column(columnType, fit, unfit, fit, unfit)),
                    rows(model, column(columnType, fit))));
            List<ItemResult> results = Answers.of(model, batch);

            assertEquals(6, results.size());
            for (int i : List.of(0, 1, 3, 5)) {
                assertEquals(new ItemResult.Prediction("{\"value\":1.0}"), results.get(i), "item " + i);
            }
            for (int i : List.of(2, 4)) {
                Failure why = assertInstanceOf(ItemResult.Failed.class, results.get(i))
                        .failure();
                assertEquals(Failure.Kind.SIGNATURE_MISMATCH, why.kind());
                assertTrue(why.detail().startsWith("column 'n' holds "), why.detail());
            }
        }
    }

    @Test
    void publishesWhatTheEngineTakesForEachColumnUnderTheHashOfWhatIsDeclared() throws Exception {
        try (LoadedModel model = load(ModelFolder.passingOn(OnnxGraph.INT32, "long", "n"))) {
            assertEquals(
                    new Signature(List.of(
                            InputTensor.column("n", Datatype.INT64, true).withWire(Datatype.INT32))),
                    model.signature());
            assertEquals(
                    new Signature(List.of(InputTensor.column("n", Datatype.INT64, true))).hash(),
                    model.signatureHash());
        }
        try (LoadedModel model = load(ModelFolder.readingNumbersFromText())) {
            assertEquals(
                    List.of(Datatype.BYTES, Datatype.FP32),
                    model.signature().inputs().stream().map(InputTensor::target).toList());
        }
    }

    @Test
    void anOptionalColumnOfAnOldSignatureIsOptional() throws Exception {
        try (LoadedModel model = load(ModelFolder.summing("a", "b").optionalInTheOldWay("b"))) {
            assertEquals(
                    new Signature(List.of(
                                    InputTensor.column("a", Datatype.FP64, true),
                                    InputTensor.column("b", Datatype.FP64, false)))
                            .hash(),
                    model.signatureHash());
        }
    }

    @Test
    void columnsWithoutNamesGoByTheirPlaces() throws Exception {
        for (ModelFolder folder : List.of(
                ModelFolder.summing("a", "b").numberedColumns(),
                ModelFolder.summing("a", "b").columnsWithoutNames())) {
            try (LoadedModel model = load(folder)) {
                assertEquals(
                        List.of("{\"value\":3.0}"),
                        jsons(Answers.of(model, rows(model, numbers("0", 1), numbers("1", 2)))));
            }
        }
    }

    @Test
    void aModelThatDoesNotTakeItsOwnExampleIsRefused() {
        ModelFolder model =
                ModelFolder.passingOn(OnnxGraph.INT64, "double", "n").example(List.of("n"), List.of(0.5));
        assertEquals(
                "its input example does not fit its own file, column 'n' holds 0.5, and the model takes "
                        + Datatype.INT64.range()
                        + ": export it with an input that takes the example, or log another example",
                assertThrows(UnservableModelException.class, () -> load(model)).getMessage());
    }

    @Test
    void describesItself() throws Exception {
        try (LoadedModel model = load(ModelFolder.summing("a").optional("a"))) {
            assertEquals(
                    new Signature(List.of(
                            InputTensor.column("a", Datatype.FP64, false).withWire(Datatype.FP32))),
                    model.signature());
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
            first.measure(Duration.ofSeconds(1), () -> {});
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
            UnservableModelException refusal =
                    assertThrows(UnservableModelException.class, () -> model.warmUp(Duration.ofSeconds(1)));
            assertTrue(
                    String.valueOf(refusal.getMessage()).startsWith("its input example fails: the model fails: "),
                    refusal.getMessage());
        }
    }

    private LoadedModel load(ModelFolder model) throws IOException, UnservableModelException {
        LoadSettings settings = new LoadSettings(2, 1_000_000, folder.resolve("profiles"));
        return LoadedModel.load(model.writeTo(folder.resolve("model")), "digest", settings);
    }

    private static PreparedItems rows(LoadedModel model, Tensor... columns) {
        return Answers.rows(model, List.of(columns));
    }

    private static Tensor numbers(String name, double... values) {
        return Tensor.reals(name, values);
    }

    private static Tensor column(String type, String... values) {
        return type.equals("long")
                ? Tensor.wholes(
                        "n", Stream.of(values).mapToLong(Long::parseLong).toArray())
                : Tensor.reals(
                        "n", Stream.of(values).mapToDouble(Double::parseDouble).toArray());
    }

    private static Tensor texts(String name, String... values) {
        return Tensor.texts(name, values);
    }

    private static List<String> jsons(List<ItemResult> results) {
        return results.stream()
                .map(result ->
                        assertInstanceOf(ItemResult.Prediction.class, result).json())
                .toList();
    }
}
