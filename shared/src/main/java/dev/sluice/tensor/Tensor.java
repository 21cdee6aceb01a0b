package dev.sluice.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A named array of one datatype: its elements in row-major order in one little-endian buffer. The first axis counts the items. It is a view:
 * whoever passes a buffer no longer changes it.
 */
public final class Tensor {
    private final String name;
    private final Datatype datatype;
    private final int[] shape;
    private final ByteBuffer data;
    /** Of a tensor of texts: where each begins, and where the last ends. */
    private final int[] places;

    /**
     * A view of a buffer.
     *
     * @param data exactly the elements, between position and limit
     * @throws IllegalArgumentException when there are fewer or more bytes than the shape says
     */
    public Tensor(String name, Datatype datatype, int[] shape, ByteBuffer data) {
        this.name = name;
        this.datatype = datatype;
        this.shape = shape.clone();
        this.data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        long elements = elements(this.shape);
        if (elements * datatype.leastBytes() > this.data.limit()) {
            throw new IllegalArgumentException("fewer bytes than its shape says");
        }
        this.places = datatype == Datatype.BYTES ? places(this.data, (int) elements) : new int[0];
        if (offset((int) elements) != this.data.limit()) {
            throw new IllegalArgumentException("more bytes than its shape says");
        }
    }

    /** A column of FP64. */
    public static Tensor reals(String name, double... numbers) {
        TensorBuilder tensor = new TensorBuilder(name, Datatype.FP64, numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            tensor.putReal(i, numbers[i]);
        }
        return tensor.build();
    }

    /** A column of INT64. */
    public static Tensor wholes(String name, long... numbers) {
        TensorBuilder tensor = new TensorBuilder(name, Datatype.INT64, numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            tensor.putWhole(i, numbers[i]);
        }
        return tensor.build();
    }

    /** A column of BYTES. */
    public static Tensor texts(String name, String... texts) {
        TensorBuilder tensor = new TensorBuilder(name, Datatype.BYTES, texts.length);
        for (int i = 0; i < texts.length; i++) {
            tensor.putText(i, texts[i]);
        }
        return tensor.build();
    }

    public String name() {
        return name;
    }

    public Datatype datatype() {
        return datatype;
    }

    public int[] shape() {
        return shape.clone();
    }

    /** The length of the first axis. */
    public int rows() {
        return shape[0];
    }

    /** The number of elements. */
    public int count() {
        return (int) elements(shape);
    }

    /** The elements, from position 0 on. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** One element of a type of numbers, as a double. */
    public double real(int element) {
        return datatype.real(data, element * datatype.leastBytes());
    }

    /** One element of a type of whole numbers; 0 or 1 of BOOL. */
    public long whole(int element) {
        return datatype.whole(data, element * datatype.leastBytes());
    }

    /** One element of BYTES. */
    public String text(int element) {
        if (datatype != Datatype.BYTES) {
            throw new IllegalStateException(datatype + " holds no text");
        }
        byte[] utf8 = new byte[data.getInt(places[element])];
        data.get(places[element] + Integer.BYTES, utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** One element as JSON. NaN and the infinities, which JSON does not have, are nodes of such numbers. */
    public JsonNode json(int element) {
        return datatype == Datatype.BYTES
                ? TextNode.valueOf(text(element))
                : datatype.json(data, element * datatype.leastBytes());
    }

    /** All elements of a type of numbers. */
    public double[] reals() {
        return IntStream.range(0, count()).mapToDouble(this::real).toArray();
    }

    /** All elements of BYTES. */
    public String[] texts() {
        return IntStream.range(0, count()).mapToObj(this::text).toArray(String[]::new);
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive): a view. */
    public Tensor slice(int from, int to) {
        int width = width();
        int start = offset(from * width);
        int[] part = shape.clone();
        part[0] = to - from;
        return new Tensor(name, datatype, part, data.slice(start, offset(to * width) - start));
    }

    /**
     * The rows of all, one after the other.
     *
     * @throws IllegalArgumentException when they differ in name, datatype or in the shape of a row
     */
    static Tensor join(List<Tensor> parts) {
        Tensor first = parts.getFirst();
        if (parts.size() == 1) {
            return first;
        }
        int bytes = 0;
        int rows = 0;
        for (Tensor part : parts) {
            if (!part.fits(first)) {
                throw new IllegalArgumentException("rows with different columns cannot share a batch");
            }
            bytes = Math.addExact(bytes, part.data.limit());
            rows = Math.addExact(rows, part.rows());
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        parts.forEach(part -> all.put(part.data()));
        int[] shape = first.shape.clone();
        shape[0] = rows;
        return new Tensor(first.name, first.datatype, shape, all.flip());
    }

    private boolean fits(Tensor other) {
        return name.equals(other.name)
                && datatype == other.datatype
                && Arrays.equals(shape, 1, shape.length, other.shape, 1, other.shape.length);
    }

    /** The elements of a row. */
    private int width() {
        int width = 1;
        for (int axis = 1; axis < shape.length; axis++) {
            width *= shape[axis];
        }
        return width;
    }

    private int offset(int element) {
        return datatype == Datatype.BYTES ? places[element] : element * datatype.leastBytes();
    }

    private static long elements(int[] shape) {
        long elements = 1;
        for (int length : shape) {
            if (length < 0) {
                throw new IllegalArgumentException("an axis has a negative length");
            }
            elements *= length;
            if (elements > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("its shape has too many elements");
            }
        }
        return elements;
    }

    private static int[] places(ByteBuffer data, int elements) {
        int[] places = new int[elements + 1];
        for (int i = 0; i < elements; i++) {
            int at = places[i];
            int length = data.limit() - at < Integer.BYTES ? -1 : data.getInt(at);
            if (length < 0 || length > data.limit() - at - Integer.BYTES) {
                throw new IllegalArgumentException("a text's length is wrong");
            }
            places[i + 1] = at + Integer.BYTES + length;
        }
        return places;
    }
}
