package dev.sluice.bench.sample;

import dev.sluice.job.ItemResult;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.ModelSignature;
import dev.sluice.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of four numbers, and the answer to one. */
public final class IrisRows {
    public static final ItemResult PREDICTION = new ItemResult.Prediction(
            "{\"label\":\"setosa\",\"probability\":0.9771,\"probabilities\":{\"setosa\":0.9771,\"versicolor\":0.0229,\"virginica\":1.4E-7}}");

    private static final List<String> NAMES = List.of("sepal_length", "sepal_width", "petal_length", "petal_width");

    private IrisRows() {}

    public static ModelSignature.Rows signature() {
        return new ModelSignature.Rows(NAMES.stream()
                .map(name -> new Column(name, ColumnType.DOUBLE, true))
                .toList());
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
