package dev.sluice.worker.inference;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.job.Failure;
import dev.sluice.model.InputTensor;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which columns fill which input: one input of k numbers takes all columns, stacked in the signature's order; otherwise each input is
 * the column of its name.
 */
final class RowBinding {
    private final List<InputTensor> columns;
    private final List<InputSpec> inputs;
    private final boolean stacked;

    private RowBinding(List<InputTensor> columns, List<InputSpec> inputs, boolean stacked) {
        this.columns = columns;
        this.inputs = inputs;
        this.stacked = stacked;
    }

    /** @throws UnservableModelException when the signature's columns cannot fill the model's inputs */
    static RowBinding of(List<InputTensor> columns, List<InputSpec> inputs) throws UnservableModelException {
        boolean stacked = inputs.size() == 1
                && inputs.getFirst().type() != DataType.STRING
                && columns.stream().noneMatch(column -> column.declared() == Datatype.BYTES);
        return stacked ? stacked(columns, inputs.getFirst()) : byName(columns, inputs);
    }

    List<InputSpec> inputs() {
        return inputs;
    }

    /** The columns with the datatypes that the inputs take. */
    List<InputTensor> columns() {
        return columns;
    }

    /**
     * Each input's values, row after row, in the datatype that the model takes. A row with a value that it does not take is a failed item.
     *
     * @throws IllegalArgumentException when a column is missing or of another kind
     */
    PreparedItems bind(List<Tensor> rows) {
        SortedMap<Integer, String> faults = new TreeMap<>();
        return without(faults, bind(rows, faults));
    }

    /** @throws UnservableModelException when the model does not take its own example */
    PreparedItems example(List<Tensor> row) throws UnservableModelException {
        SortedMap<Integer, String> faults = new TreeMap<>();
        PreparedItems.BoundRows bound = bind(row, faults);
        if (!faults.isEmpty()) {
            throw new UnservableModelException("its input example does not fit its own file, " + faults.get(0)
                    + ": export it with an input that takes the example, or log another example");
        }
        return PreparedItems.of(List.of(bound));
    }

    private PreparedItems.BoundRows bind(List<Tensor> rows, SortedMap<Integer, String> faults) {
        Map<String, Tensor> byName = HashMap.newHashMap(rows.size());
        rows.forEach(tensor -> byName.put(tensor.name(), tensor));
        int count = Rows.count(rows);
        List<Tensor> bound = new ArrayList<>(inputs.size());
        for (InputSpec input : inputs) {
            List<Tensor> sources = stacked
                    ? columns.stream()
                            .map(column -> required(byName, column.name()))
                            .toList()
                    : List.of(required(byName, input.name()));
            bound.add(ColumnStack.of(sources, count, input, faults));
        }
        return new PreparedItems.BoundRows(count, bound);
    }

    /** Each row with a fault fails in its place; those between stay together. */
    private static PreparedItems without(SortedMap<Integer, String> faults, PreparedItems.BoundRows rows) {
        if (faults.isEmpty()) {
            return PreparedItems.of(List.of(rows));
        }
        List<PreparedItems.Part> parts = new ArrayList<>();
        int next = 0;
        for (Map.Entry<Integer, String> fault : faults.entrySet()) {
            int row = fault.getKey();
            if (next < row) {
                parts.add(rows.slice(next, row));
            }
            parts.add(new PreparedItems.Failed(1, notTaken(fault.getValue())));
            next = row + 1;
        }
        if (next < rows.size()) {
            parts.add(rows.slice(next, rows.size()));
        }
        return PreparedItems.of(parts);
    }

    /** The API has checked it against another version. */
    private static Failure notTaken(String fault) {
        return new Failure(
                Failure.Kind.SIGNATURE_MISMATCH,
                fault + ": send the row again, it is then checked against the version that is live now");
    }

    private static Tensor required(Map<String, Tensor> byName, String name) {
        Tensor tensor = byName.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("its column '%s' is missing".formatted(name));
        }
        return tensor;
    }

    private static InputTensor on(InputTensor column, InputSpec input) {
        return column.withWire(input.datatype());
    }

    private static RowBinding stacked(List<InputTensor> columns, InputSpec matrix) throws UnservableModelException {
        long width = matrix.item().dimension() == 0 ? 1 : matrix.item().get(0);
        if (matrix.item().dimension() > 1 || (width != -1 && width != columns.size())) {
            throw new UnservableModelException(
                    "its signature has %d columns, and its input '%s' has the shape [N, %s]: log it with the signature of its training data"
                            .formatted(columns.size(), matrix.name(), matrix.item()));
        }
        for (InputTensor column : columns) {
            requireRoomForMissing(column, matrix);
        }
        InputSpec fixed = matrix.item().dimension() == 0
                ? matrix
                : new InputSpec(matrix.name(), matrix.type(), new Shape(columns.size()));
        return new RowBinding(columns.stream().map(column -> on(column, matrix)).toList(), List.of(fixed), true);
    }

    private static RowBinding byName(List<InputTensor> columns, List<InputSpec> inputs)
            throws UnservableModelException {
        List<InputSpec> fixed = new ArrayList<>(inputs.size());
        Map<String, InputTensor> bound = new LinkedHashMap<>();
        columns.forEach(column -> bound.put(column.name(), column));
        for (InputSpec input : inputs) {
            InputTensor column = columns.stream()
                    .filter(candidate -> candidate.name().equals(input.name()))
                    .findFirst()
                    .orElseThrow(() -> new UnservableModelException(
                            "its input '%s' is not a column of its signature: log it with a signature that has it"
                                    .formatted(input.name())));
            boolean oneColumn = input.item().dimension() == 0
                    || (input.item().dimension() == 1 && Math.abs(input.item().get(0)) == 1);
            boolean sameKind = (column.declared() == Datatype.BYTES) == (input.type() == DataType.STRING);
            if (!oneColumn || !sameKind) {
                throw new UnservableModelException(
                        "its column '%s' is %s, and its input of that name is %s of shape [N, %s]: export it with an input [N, 1] of the column's type"
                                .formatted(column.name(), column.declared().columnType(), input.type(), input.item()));
            }
            requireRoomForMissing(column, input);
            Shape one = input.item().dimension() == 0 ? input.item() : new Shape(1);
            fixed.add(new InputSpec(input.name(), input.type(), one));
            bound.put(column.name(), on(column, input));
        }
        return new RowBinding(List.copyOf(bound.values()), fixed, false);
    }

    private static void requireRoomForMissing(InputTensor column, InputSpec input) throws UnservableModelException {
        boolean canSayMissing = input.type().isFloating() || input.type() == DataType.STRING;
        if (!column.required() && !canSayMissing) {
            throw new UnservableModelException(
                    "its column '%s' is optional, but its input is %s, which cannot say 'missing': make it required or a double"
                            .formatted(column.name(), input.type()));
        }
    }
}
