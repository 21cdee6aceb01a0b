package dev.sluice.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorBlockTest {
    @Test
    void tensorsOfEachKindAreReadAsTheyWereWritten() {
        List<Tensor> tensors = List.of(
                Tensor.reals("a", 1.5, Double.NaN, -0.0),
                Tensor.wholes("größe", Long.MIN_VALUE, 0, Long.MAX_VALUE),
                Tensor.texts("c", "", "zwei", "日"),
                matrix(),
                someMissing());
        List<Tensor> read = throughBytes(tensors, 3);
        for (int i = 0; i < tensors.size(); i++) {
            assertEquals(tensors.get(i).name(), read.get(i).name());
            assertEquals(tensors.get(i).datatype(), read.get(i).datatype());
            assertArrayEquals(tensors.get(i).shape(), read.get(i).shape());
            assertEquals(tensors.get(i).data(), read.get(i).data());
        }
        Tensor missing = read.getLast();
        assertTrue(missing.isMissing(1));
        assertFalse(missing.isMissing(2));
        assertTrue(missing.json(1).isNull());
        assertEquals(9007199254740993L, missing.json(2).longValue());
    }

    @Test
    void whatIsMissingStaysMissingInPartsAndWholes() {
        Tensor whole = someMissing();
        Tensor turned = Tensor.join(List.of(whole.slice(1, 3), whole.slice(0, 1)));
        assertTrue(turned.isMissing(0));
        assertFalse(turned.isMissing(1) || turned.isMissing(2));
        assertArrayEquals(new double[] {0, 9007199254740993L, 7}, turned.reals());
        assertThrows(
                IllegalArgumentException.class, () -> Tensor.join(List.of(whole, Tensor.wholes("n", 1))), "no bitmap");
    }

    @Test
    void theHeaderIsTheSameForAnyNumberOfItems() {
        assertArrayEquals(
                TensorHeader.of(List.of(Tensor.reals("a", 1))).bytes(),
                TensorHeader.of(List.of(Tensor.reals("a", 1, 2, 3))).bytes());
    }

    @Test
    void fewerOrMoreBytesThanTheHeaderSaysAreRefused() {
        List<Tensor> tensors = List.of(Tensor.reals("a", 1, 2), Tensor.texts("b", "x", "yz"));
        TensorHeader header = TensorHeader.of(tensors);
        byte[] block = TensorBlock.bytes(tensors);
        for (int length = 0; length <= block.length + 1; length++) {
            ByteBuffer part = ByteBuffer.wrap(Arrays.copyOf(block, length));
            if (length != block.length) {
                assertThrows(IllegalArgumentException.class, () -> TensorBlock.read(header, 2, part), "of " + length);
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> TensorBlock.read(header, Integer.MAX_VALUE, ByteBuffer.wrap(block)));
    }

    @Test
    void elementsAreConvertedWhereTheOtherDatatypeHoldsAll() {
        Tensor floats = Tensor.reals("a", 5.1, Double.NaN).as(Datatype.FP32);
        assertEquals(Datatype.FP32, floats.datatype());
        assertEquals((double) 5.1f, floats.real(0));
        assertTrue(Double.isNaN(floats.real(1)));
        assertEquals(Datatype.INT64, Tensor.reals("a", 3, -4).as(Datatype.INT64).datatype());
        assertEquals(Datatype.FP64, Tensor.reals("a", 3, 0.5).as(Datatype.INT64).datatype());
        assertEquals(Datatype.FP64, Tensor.reals("a", 1e39).as(Datatype.FP32).datatype());
        assertEquals(
                Datatype.INT64, Tensor.wholes("a", 16_777_217).as(Datatype.FP32).datatype());
        assertEquals(Datatype.BYTES, Tensor.texts("a", "x").as(Datatype.FP32).datatype());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE})
    void aNumberIsReadAsItWasWritten(int number) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Leb128.write(bytes, number);
        assertEquals(number, Leb128.readInt(ByteBuffer.wrap(bytes.toByteArray())));
    }

    @Test
    void aNumberThatDoesNotFitIsRefused() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Leb128.write(bytes, 1L + Integer.MAX_VALUE);
        assertThrows(IllegalArgumentException.class, () -> Leb128.readInt(ByteBuffer.wrap(bytes.toByteArray())));
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0x80);
        assertThrows(IllegalArgumentException.class, () -> Leb128.readLong(ByteBuffer.wrap(endless)));
    }

    private static List<Tensor> throughBytes(List<Tensor> tensors, int items) {
        TensorHeader header =
                TensorHeader.read(ByteBuffer.wrap(TensorHeader.of(tensors).bytes()));
        return TensorBlock.read(header, items, ByteBuffer.wrap(TensorBlock.bytes(tensors)));
    }

    private static Tensor matrix() {
        TensorBuilder matrix = new TensorBuilder("m", Datatype.FP32, 3, 2);
        for (int i = 0; i < 6; i++) {
            matrix.putReal(i, i);
        }
        return matrix.build();
    }

    private static Tensor someMissing() {
        TensorBuilder numbers = new TensorBuilder("n", Datatype.INT64, 3).allowMissing();
        numbers.putWhole(0, 7);
        numbers.putMissing(1);
        numbers.putWhole(2, 9007199254740993L);
        return numbers.build();
    }
}
