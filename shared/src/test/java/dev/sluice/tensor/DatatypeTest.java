package dev.sluice.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A datatype holds a whole number exactly when a conversion there and back says so, computed without its own arithmetic. */
class DatatypeTest {
    @Test
    void wholeNumbersAreHeldExactlyOrNotAtAll() {
        LongStream.Builder candidates = LongStream.builder();
        for (int power = 0; power < 63; power++) {
            for (long near = -3; near <= 3; near++) {
                candidates.add((1L << power) + near).add(-(1L << power) + near);
            }
        }
        candidates.add(Long.MIN_VALUE).add(Long.MAX_VALUE).add(0).build().forEach(number -> {
            BigDecimal exact = BigDecimal.valueOf(number);
            assertEquals(
                    exact.compareTo(new BigDecimal((float) number)) == 0,
                    Datatype.FP32.holdsWhole(number),
                    "" + number);
            assertEquals(
                    exact.compareTo(new BigDecimal((double) number)) == 0,
                    Datatype.FP64.holdsWhole(number),
                    "" + number);
            assertEquals((int) number == number, Datatype.INT32.holdsWhole(number), "" + number);
            assertEquals(number == 0 || number == 1, Datatype.BOOL.holdsWhole(number), "" + number);
        });
    }

    @Test
    void realNumbersAreHeldAsFarAsTheRangeGoes() {
        for (double number : new double[] {
            0,
            -0.0,
            0.5,
            1,
            2,
            1e9,
            2147483647,
            2147483648.0,
            -2147483648.0,
            -2147483649.0,
            0x1p53,
            0x1p63,
            -0x1p63,
            3.4e38,
            1e39
        }) {
            BigDecimal exact = new BigDecimal(number);
            assertEquals(
                    isWhole(exact, Integer.MIN_VALUE, Integer.MAX_VALUE),
                    Datatype.INT32.holdsReal(number),
                    "" + number);
            assertEquals(isWhole(exact, Long.MIN_VALUE, Long.MAX_VALUE), Datatype.INT64.holdsReal(number), "" + number);
            assertEquals(Math.abs(number) <= Float.MAX_VALUE, Datatype.FP32.holdsReal(number), "" + number);
        }
        for (Datatype type : Datatype.values()) {
            boolean isFloat = type == Datatype.FP32 || type == Datatype.FP64;
            assertEquals(isFloat, type.holdsReal(Double.NaN), type + " NaN");
        }
    }

    private static boolean isWhole(BigDecimal number, long least, long most) {
        return number.stripTrailingZeros().scale() <= 0
                && number.compareTo(BigDecimal.valueOf(least)) >= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    }
}
