package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Column;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Values;
import java.util.Optional;

/**
 * Fills one typed column, and says of each cell what is wrong with it: it must fit the declared type, and what the live version's engine
 * takes for it.
 */
sealed interface ColumnBuilder {

    /** @return the fault, if any */
    Optional<String> put(int row, JsonNode cell);

    /** A missing value in an optional column. */
    void putMissing(int row);

    Values values();

    static ColumnBuilder of(Column column, int rows) {
        boolean required = column.required();
        Datatype target = column.target();
        return switch (column.type()) {
            case DOUBLE -> new Doubles(new double[rows], target);
            case FLOAT -> new Floats(new float[rows], target);
            // A missing number is NaN, which integers do not have: all rows of an optional column are doubles.
            case INTEGER -> required ? new Ints(new int[rows], target) : new Optionals(new double[rows], column);
            case LONG -> required ? new Longs(new long[rows], target) : new Optionals(new double[rows], column);
            case BOOLEAN -> required ? new Booleans(new boolean[rows]) : new Optionals(new double[rows], column);
            case STRING -> new Texts(new String[rows]);
        };
    }

    /** Of type double; NaN where an optional one is missing. */
    record Doubles(double[] cells, Datatype target) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            Optional<String> fault = JsonNumbers.realFault(cell, Datatype.FP64, target);
            cells[row] = fault.isPresent() ? 0 : cell.doubleValue();
            return fault;
        }

        @Override
        public void putMissing(int row) {
            cells[row] = Double.NaN;
        }

        @Override
        public Values values() {
            return new Values.Fp64(cells);
        }
    }

    /** Of type float; NaN where an optional one is missing. */
    record Floats(float[] cells, Datatype target) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            Optional<String> fault = JsonNumbers.realFault(cell, Datatype.FP32, target);
            cells[row] = fault.isPresent() ? 0 : (float) cell.doubleValue();
            return fault;
        }

        @Override
        public void putMissing(int row) {
            cells[row] = Float.NaN;
        }

        @Override
        public Values values() {
            return new Values.Fp32(cells);
        }
    }

    /** Of type integer, required. */
    record Ints(int[] cells, Datatype target) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            Optional<String> fault = JsonNumbers.wholeFault(cell, Datatype.INT32, target);
            cells[row] = fault.isPresent() ? 0 : cell.intValue();
            return fault;
        }

        @Override
        public void putMissing(int row) {
            throw new IllegalStateException("the column is required");
        }

        @Override
        public Values values() {
            return new Values.Int32(cells);
        }
    }

    /** Of type long, required. */
    record Longs(long[] cells, Datatype target) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            Optional<String> fault = JsonNumbers.wholeFault(cell, Datatype.INT64, target);
            cells[row] = fault.isPresent() ? 0 : cell.longValue();
            return fault;
        }

        @Override
        public void putMissing(int row) {
            throw new IllegalStateException("the column is required");
        }

        @Override
        public Values values() {
            return new Values.Int64(cells);
        }
    }

    /** Of type integer, long or boolean, not required. */
    record Optionals(double[] cells, Column column) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            Optional<String> fault = fault(cell);
            boolean isTrue = cell.isBoolean() && cell.booleanValue();
            cells[row] = fault.isPresent() ? Double.NaN : isTrue ? 1 : cell.doubleValue();
            return fault;
        }

        private Optional<String> fault(JsonNode cell) {
            return switch (column.type()) {
                case BOOLEAN -> cell.isBoolean() ? Optional.empty() : JsonNumbers.notA("true or false", cell);
                case INTEGER -> JsonNumbers.wholeFault(cell, Datatype.INT32, column.target());
                // It travels as a double, which must tell it exactly.
                default ->
                    JsonNumbers.wholeFault(cell, Datatype.INT64, Datatype.FP64)
                            .or(() -> JsonNumbers.wholeFault(cell, Datatype.INT64, column.target()));
            };
        }

        @Override
        public void putMissing(int row) {
            cells[row] = Double.NaN;
        }

        @Override
        public Values values() {
            return new Values.Fp64(cells);
        }
    }

    /** Of type boolean, required. */
    record Booleans(boolean[] cells) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            cells[row] = cell.booleanValue();
            return cell.isBoolean() ? Optional.empty() : JsonNumbers.notA("true or false", cell);
        }

        @Override
        public void putMissing(int row) {
            throw new IllegalStateException("the column is required");
        }

        @Override
        public Values values() {
            return new Values.Bool(cells);
        }
    }

    /** Of type string; empty where an optional one is missing. */
    record Texts(String[] cells) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            cells[row] = cell.asText();
            return cell.isTextual() ? Optional.empty() : JsonNumbers.notA("text", cell);
        }

        @Override
        public void putMissing(int row) {
            cells[row] = "";
        }

        @Override
        public Values values() {
            return new Values.Text(cells);
        }
    }
}
