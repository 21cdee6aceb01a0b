package dev.sluice.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Joins the rows of several jobs into one batch and splits it again; all parts of a batch have the same columns, in name, order and type.
 */
public final class Rows {
    private Rows() {}

    /** The number of rows; all columns have the same length. */
    public static int count(List<Tensor> columns) {
        return columns.isEmpty() ? 0 : columns.getFirst().rows();
    }

    /** @throws IllegalArgumentException when the parts' columns differ */
    public static List<Tensor> join(List<List<Tensor>> parts) {
        List<Tensor> first = parts.getFirst();
        if (parts.size() == 1) {
            return first;
        }
        List<Tensor> joined = new ArrayList<>(first.size());
        for (int column = 0; column < first.size(); column++) {
            List<Values> values = new ArrayList<>(parts.size());
            for (List<Tensor> part : parts) {
                requireSameColumn(first, part, column);
                values.add(part.get(column).values());
            }
            joined.add(new Tensor(first.get(column).name(), concatenate(values)));
        }
        return joined;
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
    public static List<Tensor> slice(List<Tensor> columns, int from, int to) {
        return columns.stream()
                .map(column -> new Tensor(column.name(), slice(column.values(), from, to)))
                .toList();
    }

    private static void requireSameColumn(List<Tensor> first, List<Tensor> part, int column) {
        if (part.size() != first.size()
                || !part.get(column).name().equals(first.get(column).name())
                || part.get(column).values().getClass()
                        != first.get(column).values().getClass()) {
            throw new IllegalArgumentException("rows with different columns cannot share a batch");
        }
    }

    private static Values slice(Values values, int from, int to) {
        return switch (values) {
            case Values.Fp32(float[] all) -> new Values.Fp32(Arrays.copyOfRange(all, from, to));
            case Values.Fp64(double[] all) -> new Values.Fp64(Arrays.copyOfRange(all, from, to));
            case Values.Int32(int[] all) -> new Values.Int32(Arrays.copyOfRange(all, from, to));
            case Values.Int64(long[] all) -> new Values.Int64(Arrays.copyOfRange(all, from, to));
            case Values.Bool(boolean[] all) -> new Values.Bool(Arrays.copyOfRange(all, from, to));
            case Values.Text(String[] all) -> new Values.Text(Arrays.copyOfRange(all, from, to));
        };
    }

    private static Values concatenate(List<Values> parts) {
        int total = parts.stream().mapToInt(Values::count).sum();
        return switch (parts.getFirst()) {
            case Values.Fp32 _ -> new Values.Fp32(copyInto(new float[total], parts));
            case Values.Fp64 _ -> new Values.Fp64(copyInto(new double[total], parts));
            case Values.Int32 _ -> new Values.Int32(copyInto(new int[total], parts));
            case Values.Int64 _ -> new Values.Int64(copyInto(new long[total], parts));
            case Values.Bool _ -> new Values.Bool(copyInto(new boolean[total], parts));
            case Values.Text _ -> new Values.Text(copyInto(new String[total], parts));
        };
    }

    private static <A> A copyInto(A target, List<Values> parts) {
        int at = 0;
        for (Values part : parts) {
            Object source = switch (part) {
                case Values.Fp32(float[] values) -> values;
                case Values.Fp64(double[] values) -> values;
                case Values.Int32(int[] values) -> values;
                case Values.Int64(long[] values) -> values;
                case Values.Bool(boolean[] values) -> values;
                case Values.Text(String[] values) -> values;
            };
            System.arraycopy(source, 0, target, at, part.count());
            at += part.count();
        }
        return target;
    }
}
