package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.InputTensor;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBuilder;
import java.util.Optional;

/**
 * Fills one typed column, and says of each cell what is wrong with it: it must fit the declared type, and what the live version's engine
 * takes for it.
 */
final class ColumnBuilder {
    private final InputTensor column;
    private final Datatype declared;
    private final Datatype sent;
    private final TensorBuilder cells;

    ColumnBuilder(InputTensor column, int rows) {
        this.column = column;
        this.declared = column.declared();
        this.sent = canBeMissing(declared) || column.required() ? declared : Datatype.FP64;
        this.cells = new TensorBuilder(column.name(), sent, rows);
    }

    /** A missing number is NaN, which whole numbers do not have: all rows of an optional column are doubles. */
    private static boolean canBeMissing(Datatype datatype) {
        return switch (datatype.kind()) {
            case REAL, TEXT -> true;
            case WHOLE, BOOLEAN -> false;
        };
    }

    /** @return the fault, if any */
    Optional<String> put(int row, JsonNode cell) {
        Optional<String> fault = fault(cell);
        if (fault.isEmpty()) {
            switch (sent.kind()) {
                case TEXT -> cells.putText(row, cell.textValue());
                case BOOLEAN -> cells.putWhole(row, cell.booleanValue() ? 1 : 0);
                case WHOLE -> cells.putWhole(row, cell.longValue());
                case REAL -> cells.putReal(row, cell.isBoolean() ? (cell.booleanValue() ? 1 : 0) : cell.doubleValue());
            }
        }
        return fault;
    }

    /** A missing value in an optional column. */
    void putMissing(int row) {
        if (column.required()) {
            throw new IllegalStateException("the column is required");
        }
        if (sent.kind() != Datatype.Kind.TEXT) {
            cells.putReal(row, Double.NaN);
        }
    }

    Tensor build() {
        return cells.build();
    }

    private Optional<String> fault(JsonNode cell) {
        return switch (declared.kind()) {
            case TEXT -> cell.isTextual() ? Optional.empty() : JsonNumbers.notA("text", cell);
            case BOOLEAN -> cell.isBoolean() ? Optional.empty() : JsonNumbers.notA("true or false", cell);
            case REAL -> JsonNumbers.realFault(cell, declared, column.target());
            // Also what it travels as must hold it exactly.
            case WHOLE ->
                JsonNumbers.wholeFault(cell, declared, sent)
                        .or(() -> JsonNumbers.wholeFault(cell, declared, column.target()));
        };
    }
}
