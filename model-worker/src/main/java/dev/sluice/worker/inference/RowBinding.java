package dev.sluice.worker.inference;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which columns fill which input: one input of k numbers takes all columns, stacked in the signature's order; otherwise each input is
 * the column of its name.
 */
final class RowBinding {
    private final List<Column> columns;
    private final List<InputSpec> inputs;
    private final boolean stacked;

    private RowBinding(List<Column> columns, List<InputSpec> inputs, boolean stacked) {
        this.columns = columns;
        this.inputs = inputs;
        this.stacked = stacked;
    }

    /** @throws UnservableModelException when the signature's columns cannot fill the model's inputs */
    static RowBinding of(List<Column> columns, List<InputSpec> inputs) throws UnservableModelException {
        boolean stacked = inputs.size() == 1
                && inputs.getFirst().type() != DataType.STRING
                && columns.stream().noneMatch(column -> column.type() == ColumnType.STRING);
        return stacked ? stacked(columns, inputs.getFirst()) : byName(columns, inputs);
    }

    List<InputSpec> inputs() {
        return inputs;
    }

    /**
     * Each input's values, row after row, in the type that the model takes.
     *
     * @throws IllegalArgumentException when a column is missing or of another kind
     */
    List<Tensor> bind(List<Tensor> rows) {
        Map<String, Values> byName = HashMap.newHashMap(rows.size());
        rows.forEach(tensor -> byName.put(tensor.name(), tensor.values()));
        int count = Rows.count(rows);
        if (rows.stream().anyMatch(tensor -> tensor.rows() != count)) {
            throw new IllegalArgumentException("its columns differ in length");
        }
        if (stacked) {
            List<Values> values = columns.stream()
                    .map(column -> required(byName, column.name()))
                    .toList();
            InputSpec matrix = inputs.getFirst();
            return List.of(new Tensor(matrix.name(), ColumnStack.of(values, count, matrix.type())));
        }
        List<Tensor> bound = new ArrayList<>(inputs.size());
        for (InputSpec input : inputs) {
            Values column = required(byName, input.name());
            bound.add(new Tensor(input.name(), ColumnStack.of(List.of(column), count, input.type())));
        }
        return bound;
    }

    private static Values required(Map<String, Values> byName, String name) {
        Values values = byName.get(name);
        if (values == null) {
            throw new IllegalArgumentException("the column '%s' is missing".formatted(name));
        }
        return values;
    }

    private static RowBinding stacked(List<Column> columns, InputSpec matrix) throws UnservableModelException {
        long width = matrix.item().dimension() == 0 ? 1 : matrix.item().get(0);
        if (matrix.item().dimension() > 1 || (width != -1 && width != columns.size())) {
            throw new UnservableModelException(
                    "its signature has %d columns, its input '%s' the shape [N, %s]: log it with the signature of its training data"
                            .formatted(columns.size(), matrix.name(), matrix.item()));
        }
        for (Column column : columns) {
            requireRoomForMissing(column, matrix);
        }
        InputSpec fixed = matrix.item().dimension() == 0
                ? matrix
                : new InputSpec(matrix.name(), matrix.type(), new Shape(columns.size()));
        return new RowBinding(columns, List.of(fixed), true);
    }

    private static RowBinding byName(List<Column> columns, List<InputSpec> inputs) throws UnservableModelException {
        List<InputSpec> fixed = new ArrayList<>(inputs.size());
        for (InputSpec input : inputs) {
            Column column = columns.stream()
                    .filter(candidate -> candidate.name().equals(input.name()))
                    .findFirst()
                    .orElseThrow(() -> new UnservableModelException(
                            "its input '%s' is no column of its signature".formatted(input.name())));
            boolean oneColumn = input.item().dimension() == 0
                    || (input.item().dimension() == 1 && Math.abs(input.item().get(0)) == 1);
            boolean sameKind = (column.type() == ColumnType.STRING) == (input.type() == DataType.STRING);
            if (!oneColumn || !sameKind) {
                throw new UnservableModelException("its column '%s' is %s, its input of that name %s of shape [N, %s]"
                        .formatted(column.name(), column.type().mlflowName(), input.type(), input.item()));
            }
            requireRoomForMissing(column, input);
            Shape one = input.item().dimension() == 0 ? input.item() : new Shape(1);
            fixed.add(new InputSpec(input.name(), input.type(), one));
        }
        return new RowBinding(columns, fixed, false);
    }

    private static void requireRoomForMissing(Column column, InputSpec input) throws UnservableModelException {
        boolean canSayMissing = input.type().isFloating() || input.type() == DataType.STRING;
        if (!column.required() && !canSayMissing) {
            throw new UnservableModelException(
                    "its column '%s' is optional, but its input is %s, which cannot say 'missing': make it required or a double"
                            .formatted(column.name(), input.type()));
        }
    }
}
