package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.ItemResult;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.models.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An answer never depends on the requests that happen to share its batch. */
class BatchIndependenceTest {
    private static final Duration PROFILING = Duration.ofMillis(100);

    @TempDir
    Path folder;

    static Stream<Supplier<ModelFolder>> modelsThatAreUselessAlone() {
        return Stream.of(
                ModelFolder::subtractingTheMeanOfTheBatch, () -> ModelFolder.classifyingAlongTheBatch("a", "b"));
    }

    @ParameterizedTest
    @MethodSource("modelsThatAreUselessAlone")
    void aModelThatTellsItemsApartOnlyByTheirNeighboursIsRejected(Supplier<ModelFolder> folder) throws Exception {
        try (LoadedModel model = load(folder.get())) {
            UnservableModelException refusal =
                    assertThrows(UnservableModelException.class, () -> model.warmUp(PROFILING));
            String reason = String.valueOf(refusal.getMessage());
            assertTrue(reason.startsWith("its answers depend on the other items of a batch"), reason);
            assertTrue(reason.contains("evaluation mode"), reason);
        }
    }

    static Stream<Supplier<ModelFolder>> modelsThatCannotShareABatch() {
        return Stream.of(
                ModelFolder::takingOneItem,
                ModelFolder::addingTheLargestOfTheBatch,
                ModelFolder::answeringOnceForTheBatch,
                ModelFolder::answeringAsWideAsTheBatch);
    }

    @ParameterizedTest
    @MethodSource("modelsThatCannotShareABatch")
    void aModelThatCannotShareABatchRunsOneItemAtATimeAndSaysSo(Supplier<ModelFolder> folder) throws Exception {
        try (LoadedModel model = load(folder.get())) {
            model.warmUp(PROFILING);
            List<ItemResult> together = Answers.of(model, rows(model, 1, 2, 30));
            assertEquals(Answers.of(model, rows(model, 1)).getFirst(), together.get(0));
            assertEquals(Answers.of(model, rows(model, 2)).getFirst(), together.get(1));
            assertEquals(Answers.of(model, rows(model, 30)).getFirst(), together.get(2));
            assertEquals(1, model.profile().best().batch());
            assertTrue(model.description().contains("Runs one item at a time: "), model.description());
        }
    }

    @Test
    void aProfileOfLargerBatchesThatWasMeasuredBeforeIsNotUsedForIt() throws Exception {
        try (LoadedModel summing = load(ModelFolder.summing("x"))) {
            summing.warmUp(PROFILING);
            assertTrue(summing.profile().points().size() > 1);
        }
        try (LoadedModel model = load(ModelFolder.addingTheLargestOfTheBatch())) {
            model.warmUp(PROFILING);
            assertEquals(1, model.profile().points().size());
        }
    }

    @Test
    void aModelThatAnswersEachItemByItselfSharesBatches() throws Exception {
        for (ModelFolder each : List.of(
                ModelFolder.summing("a", "b"),
                ModelFolder.classifying("yes", "no"),
                ModelFolder.readingNumbersFromText(),
                ModelFolder.passingOnWholeNumbers("n"),
                ModelFolder.takingLogarithms("x"))) {
            try (LoadedModel model = load(each)) {
                model.warmUp(PROFILING);
                assertEquals("A model to test with.", model.description());
            }
        }
    }

    @Test
    void anAnswerWithoutADimensionForTheBatchIsRejectedByName() throws Exception {
        Exception refusal = assertThrows(UnservableModelException.class, () -> {
            try (LoadedModel model = load(ModelFolder.answeringWithAScalar())) {
                model.warmUp(PROFILING);
            }
        });
        String reason = String.valueOf(refusal.getMessage());
        assertTrue(reason.contains("'answer'") && reason.contains("batch dimension"), reason);
    }

    private LoadedModel load(ModelFolder model) throws IOException, UnservableModelException {
        LoadSettings settings = new LoadSettings(2, 1_000_000, folder.resolve("profiles"));
        return LoadedModel.load(model.writeTo(folder.resolve("model")), "digest", settings);
    }

    private static PreparedItems rows(LoadedModel model, double... values) {
        List<Tensor> rows = List.of(Tensor.reals("x", values));
        PreparedItems items = Answers.rows(model, rows);
        assertInstanceOf(PreparedItems.BoundRows.class, items.parts().getFirst());
        return items;
    }
}
