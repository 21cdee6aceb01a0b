package dev.sluice.frontend.body;

import static dev.sluice.frontend.body.Parsing.columns;
import static dev.sluice.frontend.body.Parsing.faults;
import static dev.sluice.frontend.body.Parsing.onlyColumn;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A number arrives at the model as it was sent, or is refused by row and column; none is cut off or wraps around. */
class NarrowedNumbersTest {
    @ParameterizedTest
    @CsvSource({
        "DOUBLE, FP32, 1e39",
        "DOUBLE, FP32, -3.5e38",
        "DOUBLE, INT32, 0.5",
        "DOUBLE, INT32, 3000000000",
        "DOUBLE, INT64, 0.5",
        "DOUBLE, INT64, 1e19",
        "DOUBLE, BOOL, 2",
        "FLOAT, INT64, 0.5",
        "FLOAT, INT32, 3e9",
        "LONG, INT32, 3000000000",
        "LONG, INT32, -2147483649",
        "LONG, FP32, 16777217",
        "LONG, FP64, 9007199254740993",
        "LONG, FP64, -9223372036854775807",
        "LONG, BOOL, 2",
        "INTEGER, FP32, 16777217",
        "INTEGER, BOOL, -1",
    })
    void whatTheLiveVersionDoesNotTakeIsRefusedByRowAndColumn(ColumnType type, Datatype wire, String number) {
        for (boolean required : new boolean[] {true, false}) {
            Column column = new Column("n", type, required, wire);
            String json = "[{\"n\": 1}, {\"n\": %s}, {\"n\": 0}]".formatted(number);
            boolean optionalLong =
                    type == ColumnType.LONG && !required && Math.abs(Double.parseDouble(number)) > 0x1p53;
            assertEquals(
                    "[1 n: does not fit the live version: its model takes "
                            + (optionalLong ? Datatype.FP64 : wire).range() + "]",
                    faults(json, columns(column)).toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DOUBLE, FP32, 3.4028235e38",
        "DOUBLE, FP32, 0.1",
        "DOUBLE, FP32, 1e-300",
        "DOUBLE, INT32, -2147483648",
        "DOUBLE, INT64, 1e18",
        "DOUBLE, BOOL, 1",
        "FLOAT, FP64, 3.4e38",
        "LONG, INT32, 2147483647",
        "LONG, INT64, 9223372036854775807",
        "LONG, INT64, -9223372036854775808",
        "LONG, FP32, 16777218",
        "LONG, FP64, 9007199254740994",
        "LONG, FP64, 1152921504606846976",
        "INTEGER, FP32, 5.0",
        "INTEGER, INT64, -5e0",
    })
    void whatItTakesIsTaken(ColumnType type, Datatype wire, String number) {
        assertEquals(
                1,
                onlyColumn("{\"n\": %s}".formatted(number), new Column("n", type, true, wire))
                        .rows());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    FLOAT   | 1e39                 | is out of range: the column takes 32-bit
                    INTEGER | 2147483648           | is out of range: the column takes whole numbers from -2147483648 to 2147483647
                    INTEGER | 1e100                | is out of range: the column takes whole numbers from -2147483648 to 2147483647
                    LONG    | 9223372036854775808  | is out of range: the column takes whole numbers from -9223372036854775808
                    LONG    | 9007199254740993.0   | is too large to be exact with a point or an exponent: write all its digits
                    LONG    | 2.5                  | must be a whole number, not one with a fraction: send whole numbers from -9223372036854775808
                    DOUBLE  | 1e400                | must be a finite number: Infinity and numbers beyond 1.7976931348623157E308 are refused
                    DOUBLE  | "1"                  | must be a number, not text
                    LONG    | true                 | must be a whole number, not a boolean
                    BOOLEAN | 1                    | must be true or false, not a number
                    STRING  | 1                    | must be text, not a number
                    """)
    void whatTheDeclaredTypeDoesNotHoldIsRefusedWhateverTheWorkerPublishes(
            ColumnType type, String value, String fault) {
        for (boolean required : new boolean[] {true, false}) {
            String found = faults("{\"n\": %s}".formatted(value), columns(new Column("n", type, required)))
                    .getFirst();
            assertTrue(found.startsWith("0 n: " + fault), found);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "null", ""})
    void inAnOptionalColumnNothingAndNaNMeanMissing(String nothing) {
        String row = nothing.isEmpty() ? "{}" : "{\"n\": %s}".formatted(nothing);
        for (ColumnType type : ColumnType.values()) {
            Column column = new Column("n", type, false);
            Tensor cells = onlyColumn(row, column);
            switch (cells.datatype().kind()) {
                case REAL -> assertArrayEquals(new double[] {Double.NaN}, cells.reals());
                case TEXT -> assertArrayEquals(new String[] {""}, cells.texts());
                case WHOLE, BOOLEAN -> throw new AssertionError(type + " cannot say 'missing'");
            }
        }
    }

    @Test
    void anOptionalFlagIsOneOrZeroBesideWhatIsMissing() {
        Tensor flags = onlyColumn("[{\"n\": true}, {\"n\": false}, {}]", new Column("n", ColumnType.BOOLEAN, false));
        assertEquals(Datatype.FP64, flags.datatype());
        assertArrayEquals(new double[] {1, 0, Double.NaN}, flags.reals());
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, true, 'is NaN, which means missing, but the model needs a value: send a finite number'",
        "Infinity, true, 'must be a finite number: Infinity and numbers beyond 1.7976931348623157E308 are refused'",
        "-Infinity, false, 'must be a finite number: Infinity and numbers beyond 1.7976931348623157E308 are refused'"
    })
    void elsewhereWhatIsNoFiniteNumberIsRefused(String number, boolean required, String fault) {
        for (ColumnType type :
                new ColumnType[] {ColumnType.DOUBLE, ColumnType.FLOAT, ColumnType.INTEGER, ColumnType.LONG}) {
            assertEquals(
                    "0 n: " + fault,
                    faults("{\"n\": %s}".formatted(number), columns(new Column("n", type, required)))
                            .getFirst());
        }
    }
}
