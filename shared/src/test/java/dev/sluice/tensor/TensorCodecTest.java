package dev.sluice.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorCodecTest {
    private static final List<Tensor> COLUMNS = List.of(
            new Tensor("price", new Values.Fp64(new double[] {1.5, Double.NaN, -0.0})),
            new Tensor("weight", new Values.Fp32(new float[] {1, 2, 3})),
            new Tensor("count", new Values.Int64(new long[] {Long.MIN_VALUE, 0, 7})),
            new Tensor("small", new Values.Int32(new int[] {-1, 0, 1})),
            new Tensor("flag", new Values.Bool(new boolean[] {true, false, true})),
            new Tensor("city", new Values.Text(new String[] {"Zürich", "", "日本"})));

    @Test
    void everyTypeComesBackAsItWasSent() {
        List<Tensor> back = TensorCodec.decode(TensorCodec.encode(COLUMNS));
        assertEquals(
                COLUMNS.stream().map(Tensor::name).toList(),
                back.stream().map(Tensor::name).toList());
        assertArrayEquals(
                new double[] {1.5, Double.NaN, -0.0},
                values(Values.Fp64.class, back, 0).values());
        assertArrayEquals(
                new float[] {1, 2, 3}, values(Values.Fp32.class, back, 1).values());
        assertArrayEquals(
                new long[] {Long.MIN_VALUE, 0, 7},
                values(Values.Int64.class, back, 2).values());
        assertArrayEquals(
                new int[] {-1, 0, 1}, values(Values.Int32.class, back, 3).values());
        assertArrayEquals(
                new boolean[] {true, false, true},
                values(Values.Bool.class, back, 4).values());
        assertArrayEquals(
                new String[] {"Zürich", "", "日本"},
                values(Values.Text.class, back, 5).values());
    }

    @Test
    void theHeaderNamesTypeAndShapeAsTheOpenInferenceProtocolDoes() {
        String header = new String(TensorCodec.encode(COLUMNS.subList(0, 1)), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElseThrow();
        assertEquals(
                "{\"inputs\":[{\"name\":\"price\",\"datatype\":\"FP64\",\"shape\":[3],\"parameters\":{\"binary_data_size\":24}}]}",
                header);
    }

    @Test
    void joinedRowsComeApartAgain() {
        List<Tensor> joined = Rows.join(List.of(COLUMNS, Rows.slice(COLUMNS, 1, 2), COLUMNS));
        assertEquals(7, Rows.count(joined));
        assertArrayEquals(
                new String[] {"", "Zürich"},
                values(Values.Text.class, Rows.slice(joined, 3, 5), 5).values());
        assertThrows(IllegalArgumentException.class, () -> Rows.join(List.of(COLUMNS, COLUMNS.subList(0, 2))));
    }

    @Test
    void spoiltBytesAreRefusedAndNothingElse() {
        byte[] good = TensorCodec.encode(COLUMNS);
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] spoilt = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = 0; flips < 3 && spoilt.length > 0; flips++) {
                spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
            }
            try {
                TensorCodec.decode(spoilt);
            } catch (IllegalArgumentException refused) {
                assertEquals(true, refused.getMessage().startsWith("not a tensor payload"), refused.getMessage());
            }
        }
    }

    private static <V extends Values> V values(Class<V> type, List<Tensor> columns, int column) {
        return assertInstanceOf(type, columns.get(column).values());
    }
}
