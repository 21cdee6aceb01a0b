package dev.sluice.bench.sample;

import dev.sluice.job.ItemResults;
import dev.sluice.model.InputTensor;
import dev.sluice.model.OutputRole;
import dev.sluice.model.Signature;
import dev.sluice.model.VersionOutput;
import dev.sluice.model.VersionRecord;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of four numbers, and the answers to them. */
public final class IrisRows {
    public static final VersionRecord VERSION = version(List.of("setosa", "versicolor", "virginica"), 0);

    private static final String OUTPUT = "probabilities";
    private static final double[] SCORES = {0.9771, 0.0229, 1.4e-7};

    private static final List<String> NAMES = List.of("sepal_length", "sepal_width", "petal_length", "petal_width");

    private IrisRows() {}

    public static Signature signature() {
        return new Signature(NAMES.stream()
                .map(name -> InputTensor.column(name, Datatype.FP64, true))
                .toList());
    }

    /** Of a classifier. */
    public static VersionRecord version(List<String> labels, int top) {
        return new VersionRecord(List.of(new VersionOutput(OUTPUT, OutputRole.SCORES)), labels, top);
    }

    /** The same answer to each row. */
    public static ItemResults.Tensors answers(int rows) {
        return answers(rows, SCORES);
    }

    public static ItemResults.Tensors answers(int items, double... scores) {
        TensorBuilder output = new TensorBuilder(OUTPUT, Datatype.FP32, items, scores.length);
        for (int i = 0; i < items * scores.length; i++) {
            output.putReal(i, scores[i % scores.length]);
        }
        return ItemResults.Tensors.of(items, List.of(output.build()));
    }

    /** The same for the same number of rows. */
    public static List<Tensor> columns(int rows) {
        Random random = new Random(rows);
        return NAMES.stream()
                .map(name -> Tensor.reals(
                        name,
                        random.doubles(rows, 1, 80)
                                .map(tenths -> Math.round(tenths) / 10.0)
                                .toArray()))
                .toList();
    }

    /** The same rows as a client sends them: a list of records. */
    public static String json(int rows) {
        List<Tensor> columns = columns(rows);
        return IntStream.range(0, rows)
                .mapToObj(row -> columns.stream()
                        .map(column -> "\"%s\":%s".formatted(column.name(), cell(column, row)))
                        .collect(Collectors.joining(",", "{", "}")))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String cell(Tensor column, int row) {
        return String.format(Locale.ROOT, "%.1f", column.real(row));
    }
}
