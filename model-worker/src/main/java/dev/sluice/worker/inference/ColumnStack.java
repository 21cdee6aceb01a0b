package dev.sluice.worker.inference;

import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.Values;
import java.util.List;
import java.util.SortedMap;
import java.util.function.IntConsumer;

/** Columns side by side, row after row, in the datatype that a model's input takes. */
final class ColumnStack {
    private final Datatype target;
    private final Cells cells;
    private final SortedMap<Integer, String> faults;

    private ColumnStack(Datatype target, Cells cells, SortedMap<Integer, String> faults) {
        this.target = target;
        this.cells = cells;
        this.faults = faults;
    }

    /**
     * All rows. One with a value that the datatype does not hold gets a fault, and a zero in its place.
     *
     * @param faults by row; receives the first of each
     * @throws IllegalArgumentException when a whole column is text where numbers are taken, or the reverse
     */
    static Values of(List<Tensor> columns, int rows, Datatype target, SortedMap<Integer, String> faults) {
        ColumnStack stack = new ColumnStack(target, Cells.of(target, rows * columns.size()), faults);
        for (int i = 0; i < columns.size(); i++) {
            stack.fill(columns.get(i), i, columns.size());
        }
        return stack.cells.values();
    }

    private void fill(Tensor column, int place, int width) {
        Values values = column.values();
        boolean text = values instanceof Values.Text;
        if (text != (target == Datatype.BYTES)) {
            throw new IllegalArgumentException("its column '%s' holds %s, and the model takes %s"
                    .formatted(column.name(), text ? "text" : "numbers", target.range()));
        }
        switch (values) {
            case Values.Fp32(float[] all) -> each(all.length, row -> real(column, row, row * width + place, all[row]));
            case Values.Fp64(double[] all) -> each(all.length, row -> real(column, row, row * width + place, all[row]));
            case Values.Int32(int[] all) -> each(all.length, row -> whole(column, row, row * width + place, all[row]));
            case Values.Int64(long[] all) -> each(all.length, row -> whole(column, row, row * width + place, all[row]));
            case Values.Bool(boolean[] all) ->
                each(all.length, row -> whole(column, row, row * width + place, all[row] ? 1 : 0));
            case Values.Text(String[] all) -> each(all.length, row -> cells.put(row * width + place, all[row]));
        }
    }

    private static void each(int rows, IntConsumer cell) {
        for (int row = 0; row < rows; row++) {
            cell.accept(row);
        }
    }

    private void real(Tensor column, int row, int at, double number) {
        if (target.holdsReal(number)) {
            cells.put(at, number);
        } else {
            fault(column, row, Double.toString(number));
        }
    }

    private void whole(Tensor column, int row, int at, long number) {
        if (target.holdsWhole(number)) {
            cells.put(at, number);
        } else {
            fault(column, row, Long.toString(number));
        }
    }

    private void fault(Tensor column, int row, String number) {
        faults.putIfAbsent(
                row, "column '%s' holds %s, and the model takes %s".formatted(column.name(), number, target.range()));
    }

    /** The array that is filled. */
    private interface Cells {
        Values values();

        default void put(int at, double real) {
            throw new IllegalStateException("no numbers are put into text");
        }

        default void put(int at, long whole) {
            put(at, (double) whole);
        }

        default void put(int at, String text) {
            throw new IllegalStateException("no text is put into numbers");
        }

        static Cells of(Datatype type, int count) {
            return switch (type) {
                case FP32 -> new Floats(new float[count]);
                case FP64 -> new Doubles(new double[count]);
                case INT32 -> new Ints(new int[count]);
                case INT64 -> new Longs(new long[count]);
                case BOOL -> new Booleans(new boolean[count]);
                case BYTES -> new Texts(new String[count]);
            };
        }
    }

    private record Floats(float[] all) implements Cells {
        @Override
        public Values values() {
            return new Values.Fp32(all);
        }

        @Override
        public void put(int at, double real) {
            all[at] = (float) real;
        }
    }

    private record Doubles(double[] all) implements Cells {
        @Override
        public Values values() {
            return new Values.Fp64(all);
        }

        @Override
        public void put(int at, double real) {
            all[at] = real;
        }
    }

    private record Ints(int[] all) implements Cells {
        @Override
        public Values values() {
            return new Values.Int32(all);
        }

        @Override
        public void put(int at, double real) {
            all[at] = (int) real;
        }
    }

    private record Longs(long[] all) implements Cells {
        @Override
        public Values values() {
            return new Values.Int64(all);
        }

        @Override
        public void put(int at, double real) {
            all[at] = (long) real;
        }

        @Override
        public void put(int at, long whole) {
            all[at] = whole;
        }
    }

    private record Booleans(boolean[] all) implements Cells {
        @Override
        public Values values() {
            return new Values.Bool(all);
        }

        @Override
        public void put(int at, double real) {
            all[at] = real != 0;
        }
    }

    private record Texts(String[] all) implements Cells {
        @Override
        public Values values() {
            return new Values.Text(all);
        }

        @Override
        public void put(int at, String text) {
            all[at] = text;
        }
    }
}
