package dev.sluice.worker.inference;

import ai.djl.ndarray.types.DataType;
import dev.sluice.tensor.Values;
import java.util.List;

/** Columns side by side, row after row, in the type that a model's input takes. */
final class ColumnStack {
    private ColumnStack() {}

    /** @throws IllegalArgumentException when text would become a number, or the reverse */
    static Values of(List<Values> columns, int rows, DataType type) {
        int width = columns.size();
        return switch (type) {
            case FLOAT32 -> {
                float[] stack = new float[rows * width];
                fill(columns, rows, (at, column, row) -> stack[at] = (float) number(column, row));
                yield new Values.Fp32(stack);
            }
            case FLOAT64 -> {
                double[] stack = new double[rows * width];
                fill(columns, rows, (at, column, row) -> stack[at] = number(column, row));
                yield new Values.Fp64(stack);
            }
            case INT32 -> {
                int[] stack = new int[rows * width];
                fill(columns, rows, (at, column, row) -> stack[at] = (int) whole(column, row));
                yield new Values.Int32(stack);
            }
            case INT64 -> {
                long[] stack = new long[rows * width];
                fill(columns, rows, (at, column, row) -> stack[at] = whole(column, row));
                yield new Values.Int64(stack);
            }
            case BOOLEAN -> {
                boolean[] stack = new boolean[rows * width];
                fill(columns, rows, (at, column, row) -> stack[at] = whole(column, row) != 0);
                yield new Values.Bool(stack);
            }
            case STRING -> {
                String[] stack = new String[rows * width];
                fill(columns, rows, (at, column, row) -> stack[at] = text(column, row));
                yield new Values.Text(stack);
            }
            default -> throw new IllegalArgumentException("inputs of type %s are not served".formatted(type));
        };
    }

    private interface Cell {
        void set(int at, Values column, int row);
    }

    private static void fill(List<Values> columns, int rows, Cell cell) {
        int width = columns.size();
        for (int i = 0; i < width; i++) {
            Values column = columns.get(i);
            for (int row = 0; row < rows; row++) {
                cell.set(row * width + i, column, row);
            }
        }
    }

    private static double number(Values column, int row) {
        return switch (column) {
            case Values.Fp32(float[] values) -> values[row];
            case Values.Fp64(double[] values) -> values[row];
            case Values.Int32(int[] values) -> values[row];
            case Values.Int64(long[] values) -> values[row];
            case Values.Bool(boolean[] values) -> values[row] ? 1 : 0;
            case Values.Text _ ->
                throw new IllegalArgumentException("a column holds text where the model takes numbers");
        };
    }

    private static long whole(Values column, int row) {
        return switch (column) {
            case Values.Int64(long[] values) -> values[row];
            case Values.Fp32 _, Values.Fp64 _, Values.Int32 _, Values.Bool _ -> {
                double number = number(column, row);
                if (number != Math.rint(number)) {
                    throw new IllegalArgumentException(
                            "a column holds %s where the model takes whole numbers".formatted(number));
                }
                yield (long) number;
            }
            case Values.Text _ ->
                throw new IllegalArgumentException("a column holds text where the model takes numbers");
        };
    }

    private static String text(Values column, int row) {
        return switch (column) {
            case Values.Text(String[] values) -> values[row];
            default -> throw new IllegalArgumentException("a column holds numbers where the model takes text");
        };
    }
}
