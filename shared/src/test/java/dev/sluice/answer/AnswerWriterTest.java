package dev.sluice.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.model.OutputRole;
import dev.sluice.model.VersionOutput;
import dev.sluice.model.VersionRecord;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AnswerWriterTest {
    private static final List<String> LABELS = List.of("setosa", "ver\"si", "virginica");

    @Test
    void scoresAreListedByLabel() {
        assertEquals(
                "{\"label\":\"ver\\\"si\",\"probability\":0.7,\"probabilities\":{\"setosa\":0.2,\"ver\\\"si\":0.7,\"virginica\":0.1}}",
                written(scores(0), floats("p", 3, 0.2, 0.7, 0.1)));
    }

    @Test
    void theBestScoresAreListedInTheirOrder() {
        assertEquals(
                "{\"label\":\"virginica\",\"probability\":0.5,\"top\":[{\"label\":\"virginica\",\"probability\":0.5},{\"label\":\"setosa\",\"probability\":0.25}]}",
                written(scores(2), floats("p", 3, 0.25, 0.25, 0.5)));
    }

    @Test
    void whatIsNoNumberIsNull() {
        assertEquals(
                "{\"label\":null,\"probability\":null,\"probabilities\":{\"setosa\":null,\"ver\\\"si\":null,\"virginica\":null}}",
                written(scores(0), floats("p", 3, Double.NaN, Double.NaN, Double.NaN)));
        assertEquals("{\"value\":null}", written(value(), Tensor.reals("v", Double.POSITIVE_INFINITY)));
    }

    @Test
    void aValueIsWrittenAsShortAsItsPrecisionAllows() {
        assertEquals("{\"value\":0.1}", written(value(), floats("v", 1, 0.1)));
        assertEquals("{\"value\":0.1}", written(value(), Tensor.reals("v", 0.1)));
        assertEquals("{\"value\":1.0E10}", written(value(), Tensor.reals("v", 1e10)));
    }

    @Test
    void outputsOfAnUnknownVersionAreShownAsTheyAre() {
        assertEquals(
                "{\"outputs\":{\"p\":[0.2,0.7,0.1]}}", written(VersionRecord.UNKNOWN, floats("p", 3, 0.2, 0.7, 0.1)));
        assertEquals("{\"outputs\":{\"n\":9007199254740993}}", written(value(), Tensor.wholes("n", 9007199254740993L)));
    }

    @Test
    void textsAreNeverReadAsNumbersWhateverTheRecordSays() {
        assertEquals("{\"outputs\":{\"v\":\"x\"}}", written(value(), Tensor.texts("v", "x")));
    }

    @Test
    void itemsWithoutAFailureFindTheirAnswersBehindThoseWithOne() {
        Failure failure = new Failure(Failure.Kind.INFERENCE_FAILED, "x");
        ItemResults results =
                new ItemResults.Tensors(3, new TreeMap<>(Map.of(0, failure)), List.of(Tensor.reals("v", 1, 2)));
        AnswerWriter writer = new AnswerWriter(value());
        assertEquals("{\"value\":1.0}", writer.line(results, 1));
        assertEquals("{\"value\":2.0}", writer.line(results, 2));
    }

    @Test
    void answersThatAreWrittenOutStayAsTheyAre() {
        ItemResults lines = new ItemResults.Lines(List.of(new ItemResult.Prediction("{\"value\":1e1}")));
        assertEquals("{\"value\":1e1}", new AnswerWriter(VersionRecord.UNKNOWN).line(lines, 0));
    }

    private static String written(VersionRecord version, Tensor output) {
        return new AnswerWriter(version).line(ItemResults.Tensors.of(1, List.of(output)), 0);
    }

    private static Tensor floats(String name, int width, double... numbers) {
        TensorBuilder tensor = width == 1
                ? new TensorBuilder(name, Datatype.FP32, 1)
                : new TensorBuilder(name, Datatype.FP32, 1, width);
        for (int i = 0; i < numbers.length; i++) {
            tensor.putReal(i, numbers[i]);
        }
        return tensor.build();
    }

    private static VersionRecord scores(int top) {
        return new VersionRecord(List.of(new VersionOutput("p", OutputRole.SCORES)), LABELS, top);
    }

    private static VersionRecord value() {
        return new VersionRecord(List.of(new VersionOutput("v", OutputRole.VALUE)), List.of(), 0);
    }
}
