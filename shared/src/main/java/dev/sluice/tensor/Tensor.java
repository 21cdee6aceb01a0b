package dev.sluice.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
    /** Which elements have a value; null where all have, and none can be missing. */
    private final @Nullable BitSet valid;

    /**
     * A view of a buffer.
     *
     * @param data exactly the elements, between position and limit
     * @throws IllegalArgumentException when there are fewer or more bytes than the shape says
     */
    public Tensor(String name, Datatype datatype, int[] shape, ByteBuffer data) {
        this(name, datatype, shape, data, null);
    }

    /** @param valid which elements have a value; null where none can be missing */
    Tensor(String name, Datatype datatype, int[] shape, ByteBuffer data, @Nullable BitSet valid) {
        this.name = name;
        this.valid = valid;
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

    /** Whether its elements may be missing, even if none is. */
    public boolean canBeMissing() {
        return valid != null;
    }

    /** Whether an element has no value; its number is then 0, false or an empty text. */
    public boolean isMissing(int element) {
        return valid != null && !valid.get(element);
    }

    /** Which elements have a value; null where none can be missing. */
    @Nullable BitSet valid() {
        return valid;
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

    /** One element as JSON, null if it is missing. NaN and the infinities, which JSON does not have, are nodes of such numbers. */
    public JsonNode json(int element) {
        if (isMissing(element)) {
            return NullNode.getInstance();
        }
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

    /**
     * The same elements in another datatype, reals rounded to its precision; unchanged if it does not hold one of them, or one of the two is
     * text.
     */
    public Tensor as(Datatype other) {
        boolean isText = datatype == Datatype.BYTES || other == Datatype.BYTES;
        if (other == datatype || isText || valid != null) {
            return this;
        }
        TensorBuilder converted = new TensorBuilder(name, other, shape);
        boolean isReal = datatype.kind() == Datatype.Kind.REAL;
        for (int i = 0; i < count(); i++) {
            if (isReal && other.holdsReal(real(i))) {
                converted.putReal(i, real(i));
            } else if (!isReal && other.holdsWhole(whole(i))) {
                converted.putWhole(i, whole(i));
            } else {
                return this;
            }
        }
        return converted.build();
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive): a view. */
    public Tensor slice(int from, int to) {
        int width = width();
        int start = offset(from * width);
        int[] part = shape.clone();
        part[0] = to - from;
        BitSet present = valid == null ? null : valid.get(from * width, to * width);
        return new Tensor(name, datatype, part, data.slice(start, offset(to * width) - start), present);
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
        return new Tensor(first.name, first.datatype, shape, all.flip(), joinedValid(parts));
    }

    private static @Nullable BitSet joinedValid(List<Tensor> parts) {
        if (parts.getFirst().valid == null) {
            return null;
        }
        BitSet all = new BitSet();
        int start = 0;
        for (Tensor part : parts) {
            for (int i = 0; i < part.count(); i++) {
                all.set(start + i, !part.isMissing(i));
            }
            start += part.count();
        }
        return all;
    }

    private boolean fits(Tensor other) {
        return name.equals(other.name)
                && datatype == other.datatype
                && canBeMissing() == other.canBeMissing()
                && Arrays.equals(shape, 1, shape.length, other.shape, 1, other.shape.length);
    }

    /** The number of elements in a row. */
    public int width() {
        int width = 1;
        for (int axis = 1; axis < shape.length; axis++) {
            width *= shape[axis];
        }
        return width;
    }

    private int offset(int element) {
        return datatype == Datatype.BYTES ? places[element] : element * datatype.leastBytes();
    }

    /**
     * The bytes that so many elements take from the position on.
     *
     * @throws IllegalArgumentException when there are fewer
     */
    static int extent(Datatype datatype, int elements, ByteBuffer from) {
        if (datatype == Datatype.BYTES) {
            return places(from.slice().order(ByteOrder.LITTLE_ENDIAN), elements)[elements];
        }
        long bytes = (long) elements * datatype.leastBytes();
        if (bytes > from.remaining()) {
            throw new IllegalArgumentException("fewer bytes than its shape says");
        }
        return (int) bytes;
    }

    static long elements(int[] shape) {
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
        if ((long) elements * Integer.BYTES > data.limit()) {
            throw new IllegalArgumentException("fewer bytes than its shape says");
        }
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
