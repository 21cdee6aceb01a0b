package dev.sluice.worker.inference;

import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBuilder;
import java.util.List;
import java.util.SortedMap;

/** Columns side by side, row after row, in the datatype that a model's input takes. */
final class ColumnStack {
    private final Datatype target;
    private final int width;
    private final TensorBuilder cells;
    private final SortedMap<Integer, String> faults;

    private ColumnStack(InputSpec input, int rows, int width, SortedMap<Integer, String> faults) {
        this.target = input.datatype();
        this.width = width;
        this.cells = new TensorBuilder(input.name(), target, rows, width);
        this.faults = faults;
    }

    /**
     * All rows. One with a value that the datatype does not hold gets a fault, and a zero in its place.
     *
     * @param faults by row; receives the first of each
     * @return of shape [rows, columns]
     * @throws IllegalArgumentException when a whole column is text where numbers are taken, or the reverse
     */
    static Tensor of(List<Tensor> columns, int rows, InputSpec input, SortedMap<Integer, String> faults) {
        ColumnStack stack = new ColumnStack(input, rows, columns.size(), faults);
        for (int i = 0; i < columns.size(); i++) {
            stack.fill(columns.get(i), i, rows);
        }
        return stack.cells.build();
    }

    private void fill(Tensor column, int place, int rows) {
        Datatype.Kind kind = column.datatype().kind();
        if ((kind == Datatype.Kind.TEXT) != (target == Datatype.BYTES)) {
            throw new IllegalArgumentException("its column '%s' holds %s, and the model takes %s"
                    .formatted(column.name(), kind == Datatype.Kind.TEXT ? "text" : "numbers", target.range()));
        }
        for (int row = 0; row < rows; row++) {
            int at = row * width + place;
            if (column.isMissing(row)) {
                missing(at);
                continue;
            }
            switch (kind) {
                case TEXT -> cells.putText(at, column.text(row));
                case REAL -> real(column, row, at);
                case WHOLE, BOOLEAN -> whole(column, row, at);
            }
        }
    }

    /** A model with an optional column takes reals or texts there: what is missing is NaN or an empty text. */
    private void missing(int at) {
        if (target.kind() == Datatype.Kind.REAL) {
            cells.putReal(at, Double.NaN);
        }
    }

    private void real(Tensor column, int row, int at) {
        double number = column.real(row);
        if (target.holdsReal(number)) {
            cells.putReal(at, number);
        } else {
            fault(column, row, Double.toString(number));
        }
    }

    private void whole(Tensor column, int row, int at) {
        long number = column.whole(row);
        if (target.holdsWhole(number)) {
            cells.putWhole(at, number);
        } else {
            fault(column, row, Long.toString(number));
        }
    }

    private void fault(Tensor column, int row, String number) {
        faults.putIfAbsent(
                row, "column '%s' holds %s, and the model takes %s".formatted(column.name(), number, target.range()));
    }
}
