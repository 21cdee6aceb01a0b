package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Column;
import dev.sluice.tensor.Values;
import java.math.BigDecimal;
import java.util.Optional;

/** Fills one typed column, and says of each cell what is wrong with it. */
sealed interface ColumnBuilder {

    /** @return the fault, if any */
    Optional<String> put(int row, JsonNode cell);

    /** A cell that is null or absent. @return the fault, if any */
    Optional<String> putNothing(int row, boolean required, boolean absent);

    Values values();

    static ColumnBuilder of(Column column, int rows) {
        return switch (column.type()) {
            case DOUBLE -> new Doubles(new double[rows]);
            case FLOAT -> new Floats(new float[rows]);
            // A missing number is NaN, which integers do not have: all rows of an optional column are doubles.
            case INTEGER ->
                column.required() ? new Ints(new int[rows]) : new OptionalIntegers(new double[rows], 0x1p31);
            case LONG -> column.required() ? new Longs(new long[rows]) : new OptionalIntegers(new double[rows], 0x1p53);
            case BOOLEAN -> new Booleans(new boolean[rows]);
            case STRING -> new Texts(new String[rows]);
        };
    }

    private static Optional<String> nothing(boolean absent) {
        return Optional.of(absent ? "is missing" : "is null, but the model needs a value");
    }

    private static Optional<String> notA(String wanted, JsonNode cell) {
        return Optional.of("must be %s, not %s".formatted(wanted, RowsBody.kindOf(cell)));
    }

    private static Optional<String> notFinite() {
        return Optional.of("must be a finite number: NaN, Infinity and what a double cannot hold are refused");
    }

    /** Of type double; NaN where an optional one is missing. */
    record Doubles(double[] cells) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            if (!cell.isNumber()) {
                return notA("a number", cell);
            }
            cells[row] = cell.doubleValue();
            return Double.isFinite(cells[row]) ? Optional.empty() : notFinite();
        }

        @Override
        public Optional<String> putNothing(int row, boolean required, boolean absent) {
            cells[row] = Double.NaN;
            return required ? nothing(absent) : Optional.empty();
        }

        @Override
        public Values values() {
            return new Values.Fp64(cells);
        }
    }

    /** Of type float; NaN where an optional one is missing. */
    record Floats(float[] cells) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            if (!cell.isNumber()) {
                return notA("a number", cell);
            }
            if (!Double.isFinite(cell.doubleValue())) {
                return notFinite();
            }
            cells[row] = (float) cell.doubleValue();
            return Float.isFinite(cells[row])
                    ? Optional.empty()
                    : Optional.of("is too large: a float holds up to " + Float.MAX_VALUE);
        }

        @Override
        public Optional<String> putNothing(int row, boolean required, boolean absent) {
            cells[row] = Float.NaN;
            return required ? nothing(absent) : Optional.empty();
        }

        @Override
        public Values values() {
            return new Values.Fp32(cells);
        }
    }

    /** Of type integer. */
    record Ints(int[] cells) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            Optional<String> fault = integerFault(cell, Integer.MIN_VALUE, Integer.MAX_VALUE);
            cells[row] = fault.isPresent() ? 0 : cell.intValue();
            return fault;
        }

        @Override
        public Optional<String> putNothing(int row, boolean required, boolean absent) {
            return nothing(absent);
        }

        @Override
        public Values values() {
            return new Values.Int32(cells);
        }
    }

    /** Of type long. */
    record Longs(long[] cells) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            Optional<String> fault = integerFault(cell, Long.MIN_VALUE, Long.MAX_VALUE);
            cells[row] = fault.isPresent() ? 0 : cell.decimalValue().longValue();
            return fault;
        }

        @Override
        public Optional<String> putNothing(int row, boolean required, boolean absent) {
            return nothing(absent);
        }

        @Override
        public Values values() {
            return new Values.Int64(cells);
        }
    }

    /**
     * Of type integer or long, but not required.
     *
     * @param beyond the first magnitude that cannot be told exactly
     */
    record OptionalIntegers(double[] cells, double beyond) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            Optional<String> fault = integerFault(cell, (long) -beyond, (long) beyond - 1);
            cells[row] = fault.isPresent() ? Double.NaN : cell.doubleValue();
            return fault;
        }

        @Override
        public Optional<String> putNothing(int row, boolean required, boolean absent) {
            cells[row] = Double.NaN;
            return Optional.empty();
        }

        @Override
        public Values values() {
            return new Values.Fp64(cells);
        }
    }

    /** Of type boolean; there is no missing one. */
    record Booleans(boolean[] cells) implements ColumnBuilder {
        @Override
        public Optional<String> put(int row, JsonNode cell) {
            cells[row] = cell.booleanValue();
            return cell.isBoolean() ? Optional.empty() : notA("true or false", cell);
        }

        @Override
        public Optional<String> putNothing(int row, boolean required, boolean absent) {
            return nothing(absent);
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
            return cell.isTextual() ? Optional.empty() : notA("text", cell);
        }

        @Override
        public Optional<String> putNothing(int row, boolean required, boolean absent) {
            cells[row] = "";
            return required ? nothing(absent) : Optional.empty();
        }

        @Override
        public Values values() {
            return new Values.Text(cells);
        }
    }

    /** A whole number may be written {@code 5.0}. */
    private static Optional<String> integerFault(JsonNode cell, long least, long most) {
        if (!cell.isNumber()) {
            return notA("a whole number", cell);
        }
        if (!Double.isFinite(cell.doubleValue())) {
            return notFinite();
        }
        BigDecimal value = cell.decimalValue();
        if (value.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0
                && value.stripTrailingZeros().scale() > 0) {
            return Optional.of("must be a whole number, it has a fraction");
        }
        boolean fits =
                value.compareTo(BigDecimal.valueOf(least)) >= 0 && value.compareTo(BigDecimal.valueOf(most)) <= 0;
        return fits ? Optional.empty() : Optional.of("must lie between %d and %d".formatted(least, most));
    }
}
