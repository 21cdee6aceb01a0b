package dev.sluice.tensor;

import java.util.ArrayList;
import java.util.List;

/** Several tensors with the same items, as the columns of a table; all parts of a batch have the same columns, in name, order and type. */
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
        if (parts.stream().anyMatch(part -> part.size() != first.size())) {
            throw new IllegalArgumentException("rows with different columns cannot share a batch");
        }
        List<Tensor> joined = new ArrayList<>(first.size());
        for (int column = 0; column < first.size(); column++) {
            List<Tensor> same = new ArrayList<>(parts.size());
            for (List<Tensor> part : parts) {
                same.add(part.get(column));
            }
            joined.add(Tensor.join(same));
        }
        return joined;
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
    public static List<Tensor> slice(List<Tensor> columns, int from, int to) {
        return columns.stream().map(column -> column.slice(from, to)).toList();
    }
}
