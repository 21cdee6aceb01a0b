package dev.sluice.frontend.body;

import static dev.sluice.frontend.body.Parsing.columns;
import static dev.sluice.frontend.body.Parsing.faults;
import static dev.sluice.frontend.body.Parsing.onlyColumn;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.model.InputTensor;
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
        "FP64, FP32, 1e39",
        "FP64, FP32, -3.5e38",
        "FP64, INT32, 0.5",
        "FP64, INT32, 3000000000",
        "FP64, INT64, 0.5",
        "FP64, INT64, 1e19",
        "FP64, BOOL, 2",
        "FP32, INT64, 0.5",
        "FP32, INT32, 3e9",
        "INT64, INT32, 3000000000",
        "INT64, INT32, -2147483649",
        "INT64, FP32, 16777217",
        "INT64, FP64, 9007199254740993",
        "INT64, FP64, -9223372036854775807",
        "INT64, BOOL, 2",
        "INT32, FP32, 16777217",
        "INT32, BOOL, -1",
    })
    void whatTheLiveVersionDoesNotTakeIsRefusedByRowAndColumn(Datatype type, Datatype wire, String number) {
        for (boolean required : new boolean[] {true, false}) {
            InputTensor column = InputTensor.column("n", type, required).withWire(wire);
            String json = "[{\"n\": 1}, {\"n\": %s}, {\"n\": 0}]".formatted(number);
            boolean optionalLong = type == Datatype.INT64 && !required && Math.abs(Double.parseDouble(number)) > 0x1p53;
            assertEquals(
                    "[1 n: does not fit the live version: its model takes "
                            + (optionalLong ? Datatype.FP64 : wire).range() + "]",
                    faults(json, columns(column)).toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FP64, FP32, 3.4028235e38",
        "FP64, FP32, 0.1",
        "FP64, FP32, 1e-300",
        "FP64, INT32, -2147483648",
        "FP64, INT64, 1e18",
        "FP64, BOOL, 1",
        "FP32, FP64, 3.4e38",
        "INT64, INT32, 2147483647",
        "INT64, INT64, 9223372036854775807",
        "INT64, INT64, -9223372036854775808",
        "INT64, FP32, 16777218",
        "INT64, FP64, 9007199254740994",
        "INT64, FP64, 1152921504606846976",
        "INT32, FP32, 5.0",
        "INT32, INT64, -5e0",
    })
    void whatItTakesIsTaken(Datatype type, Datatype wire, String number) {
        assertEquals(
                1,
                onlyColumn(
                                "{\"n\": %s}".formatted(number),
                                InputTensor.column("n", type, true).withWire(wire))
                        .rows());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    FP32    | 1e39                 | is out of range: the column takes 32-bit
                    INT32   | 2147483648           | is out of range: the column takes whole numbers from -2147483648 to 2147483647
                    INT32   | 1e100                | is out of range: the column takes whole numbers from -2147483648 to 2147483647
                    INT64   | 9223372036854775808  | is out of range: the column takes whole numbers from -9223372036854775808
                    INT64   | 9007199254740993.0   | is too large to be exact with a point or an exponent: write all its digits
                    INT64   | 2.5                  | must be a whole number, not one with a fraction: send whole numbers from -9223372036854775808
                    FP64    | 1e400                | must be a finite number: Infinity and numbers beyond 1.7976931348623157E308 are refused
                    FP64    | "1"                  | must be a number, not text
                    INT64   | true                 | must be a whole number, not a boolean
                    BOOL    | 1                    | must be true or false, not a number
                    BYTES   | 1                    | must be text, not a number
                    """)
    void whatTheDeclaredTypeDoesNotHoldIsRefusedWhateverTheWorkerPublishes(Datatype type, String value, String fault) {
        for (boolean required : new boolean[] {true, false}) {
            String found = faults("{\"n\": %s}".formatted(value), columns(InputTensor.column("n", type, required)))
                    .getFirst();
            assertTrue(found.startsWith("0 n: " + fault), found);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "null", ""})
    void inAnOptionalColumnNothingAndNaNMeanMissing(String nothing) {
        String row = nothing.isEmpty() ? "{}" : "{\"n\": %s}".formatted(nothing);
        for (Datatype type : Datatype.values()) {
            InputTensor column = InputTensor.column("n", type, false);
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
        Tensor flags = onlyColumn("[{\"n\": true}, {\"n\": false}, {}]", InputTensor.column("n", Datatype.BOOL, false));
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
        for (Datatype type : new Datatype[] {Datatype.FP64, Datatype.FP32, Datatype.INT32, Datatype.INT64}) {
            assertEquals(
                    "0 n: " + fault,
                    faults("{\"n\": %s}".formatted(number), columns(InputTensor.column("n", type, required)))
                            .getFirst());
        }
    }
}
