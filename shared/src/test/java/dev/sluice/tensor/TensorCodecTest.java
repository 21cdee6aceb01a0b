package dev.sluice.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TensorCodecTest {
    private static final List<Tensor> COLUMNS = List.of(
            Tensor.reals("price", 1.5, Double.NaN, -0.0),
            numbers("weight", Datatype.FP32, 1, 2, 3),
            Tensor.wholes("count", Long.MIN_VALUE, 0, 7),
            numbers("small", Datatype.INT32, -1, 0, 1),
            numbers("flag", Datatype.BOOL, 1, 0, 1),
            Tensor.texts("city", "Zürich", "", "日本"));

    @Test
    void everyTypeComesBackAsItWasSent() {
        List<Tensor> back = TensorCodec.decode(ByteBuffer.wrap(TensorCodec.encode(COLUMNS)));
        assertEquals(
                COLUMNS.stream().map(Tensor::name).toList(),
                back.stream().map(Tensor::name).toList());
        assertArrayEquals(new double[] {1.5, Double.NaN, -0.0}, back.get(0).reals());
        assertArrayEquals(new double[] {1, 2, 3}, back.get(1).reals());
        assertArrayEquals(new long[] {Long.MIN_VALUE, 0, 7}, wholes(back.get(2)));
        assertArrayEquals(new long[] {-1, 0, 1}, wholes(back.get(3)));
        assertArrayEquals(new long[] {1, 0, 1}, wholes(back.get(4)));
        assertArrayEquals(new String[] {"Zürich", "", "日本"}, back.get(5).texts());
    }

    /** Another release has written them. */
    @Test
    void theBytesOfEachTypeAreLittleEndianOneElementAfterTheOther() {
        assertEquals(
                List.of(
                        "000000000000f83f000000000000f87f0000000000000080",
                        "0000803f0000004000004040",
                        "000000000000008000000000000000000700000000000000",
                        "ffffffff0000000001000000",
                        "010001",
                        "070000005ac3bc726963680000000006000000e697a5e69cac"),
                COLUMNS.stream()
                        .map(column -> {
                            byte[] bytes = new byte[column.data().remaining()];
                            column.data().get(bytes);
                            return HexFormat.of().formatHex(bytes);
                        })
                        .toList());
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
        List<Tensor> two = Rows.slice(joined, 3, 5);
        assertArrayEquals(new String[] {"", "Zürich"}, two.get(5).texts());
        assertArrayEquals(new double[] {2, 1}, two.get(1).reals());
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
                TensorCodec.decode(ByteBuffer.wrap(spoilt));
            } catch (IllegalArgumentException refused) {
                assertEquals(true, refused.getMessage().startsWith("not a tensor payload"), refused.getMessage());
            }
        }
    }

    private static Tensor numbers(String name, Datatype datatype, long... numbers) {
        TensorBuilder tensor = new TensorBuilder(name, datatype, numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            tensor.putWhole(i, numbers[i]);
        }
        return tensor.build();
    }

    private static long[] wholes(Tensor tensor) {
        return IntStream.range(0, tensor.count()).mapToLong(tensor::whole).toArray();
    }
}
