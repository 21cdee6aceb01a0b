package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tensor.Datatype;
import java.util.Optional;

/** Whether a number in JSON arrives in a column as it was sent: neither cut off nor wrapped around, nor rounded where it is whole. */
final class JsonNumbers {
    /** From here on a number with a point or an exponent may have been rounded when it was read. */
    private static final double FIRST_INEXACT = 0x1p53;

    private JsonNumbers() {}

    /**
     * Of a column of real numbers; they are rounded to the precision of both datatypes.
     *
     * @param target what the model takes
     */
    static Optional<String> realFault(JsonNode cell, Datatype declared, Datatype target) {
        if (!cell.isNumber()) {
            return notA("a number", cell);
        }
        double number = cell.doubleValue();
        if (!Double.isFinite(number)) {
            return notFinite(number);
        }
        if (!declared.holdsReal(number)) {
            return tooLarge(declared);
        }
        return target.holdsReal(number) ? Optional.empty() : notTaken(target);
    }

    /**
     * Of a column of whole numbers, which may be written {@code 5.0}; both datatypes must hold them exactly.
     *
     * @param target what the model takes
     */
    static Optional<String> wholeFault(JsonNode cell, Datatype declared, Datatype target) {
        if (!cell.isNumber()) {
            return notA("a whole number", cell);
        }
        double number = cell.doubleValue();
        if (!Double.isFinite(number)) {
            return notFinite(number);
        }
        if (Math.rint(number) != number) {
            return Optional.of("must be a whole number, not one with a fraction: send " + declared.range());
        }
        boolean holds = cell.isIntegralNumber()
                ? cell.canConvertToLong() && declared.holdsWhole(cell.longValue())
                : declared.holdsReal(number);
        if (!holds) {
            return tooLarge(declared);
        }
        if (!cell.isIntegralNumber() && Math.abs(number) >= FIRST_INEXACT) {
            return Optional.of("is too large to be exact with a point or an exponent: write all its digits");
        }
        return target.holdsWhole(cell.longValue()) ? Optional.empty() : notTaken(target);
    }

    static Optional<String> notA(String wanted, JsonNode cell) {
        return Optional.of("must be %s, not %s".formatted(wanted, RowsBody.kindOf(cell)));
    }

    private static Optional<String> notFinite(double number) {
        return Optional.of(
                Double.isNaN(number)
                        ? "is NaN, which means missing, but the model needs a value: send a finite number"
                        : "must be a finite number: Infinity and numbers beyond " + Double.MAX_VALUE + " are refused");
    }

    private static Optional<String> tooLarge(Datatype declared) {
        return Optional.of("is out of range: the column takes " + declared.range());
    }

    private static Optional<String> notTaken(Datatype target) {
        return Optional.of("does not fit the live version: its model takes " + target.range());
    }
}
