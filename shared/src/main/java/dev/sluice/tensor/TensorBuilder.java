package dev.sluice.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Fills a tensor element by element, in any order. What is not put is 0, false or empty. */
public final class TensorBuilder {
    private static final byte[] EMPTY = {};

    private final String name;
    private final Datatype datatype;
    private final int[] shape;
    private final ByteBuffer data;
    private final byte[][] texts;
    private @Nullable BitSet valid;

    /** @param shape of the tensor; its first axis counts the items */
    public TensorBuilder(String name, Datatype datatype, int... shape) {
        this.name = name;
        this.datatype = datatype;
        this.shape = shape.clone();
        int elements = 1;
        for (int length : shape) {
            elements = Math.multiplyExact(elements, length);
        }
        boolean isText = datatype == Datatype.BYTES;
        this.texts = new byte[isText ? elements : 0][];
        Arrays.fill(texts, EMPTY);
        int bytes = isText ? 0 : Math.multiplyExact(elements, datatype.leastBytes());
        this.data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** From now on elements may be missing; those that are put are not. */
    public TensorBuilder allowMissing() {
        valid = new BitSet();
        valid.set(0, Math.toIntExact(Tensor.elements(shape)));
        return this;
    }

    /** @throws IllegalStateException unless elements may be missing */
    public void putMissing(int element) {
        if (valid == null) {
            throw new IllegalStateException("the elements of '" + name + "' cannot be missing");
        }
        valid.clear(element);
    }

    /** The number is cut off where the datatype does not hold it. */
    public void putReal(int element, double number) {
        datatype.putReal(data, element * datatype.leastBytes(), number);
    }

    /** The number is cut off where the datatype does not hold it. */
    public void putWhole(int element, long number) {
        datatype.putWhole(data, element * datatype.leastBytes(), number);
    }

    public void putText(int element, String text) {
        texts[element] = text.getBytes(StandardCharsets.UTF_8);
    }

    /** Nothing is put any more. */
    public Tensor build() {
        return new Tensor(name, datatype, shape, datatype == Datatype.BYTES ? ofTexts() : data, valid);
    }

    private ByteBuffer ofTexts() {
        int bytes = 0;
        for (byte[] text : texts) {
            bytes = Math.addExact(bytes, Integer.BYTES + text.length);
        }
        ByteBuffer all = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] text : texts) {
            all.putInt(text.length).put(text);
        }
        return all.flip();
    }
}
