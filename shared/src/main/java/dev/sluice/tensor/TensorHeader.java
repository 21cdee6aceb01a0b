package dev.sluice.tensor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What tensors are, in front of their elements: for each its name, datatype and the shape of one item. The number of items is not in it, so
 * that all requests for a model have the same header and can be compared by their bytes.
 *
 * <p>Form: a byte 1, the number of tensors, then for each the length of its name, the name in UTF-8, a byte for the datatype, a byte of
 * flags, the number of the item's dimensions, and those. Numbers without a size are LEB128 (7 bits a byte, lowest first).
 */
public record TensorHeader(List<Entry> entries) {
    private static final int FORM = 1;
    private static final int MOST_DIMENSIONS = 32;
    private static final int HAS_VALIDITY = 1;
    private static final int IS_APART = 2;

    public TensorHeader {
        entries = List.copyOf(entries);
    }

    /**
     * One tensor.
     *
     * @param hasValidity whether a bit for each element, lowest first, says in front of the elements which have a value
     * @param isApart whether its elements are encoded pictures, end to end; their lengths stand elsewhere
     * @param item shape of one item: all dimensions but the first
     */
    public record Entry(String name, Datatype datatype, boolean hasValidity, boolean isApart, List<Integer> item) {
        public Entry {
            item = List.copyOf(item);
        }

        int[] shape(int items) {
            int[] shape = new int[1 + item.size()];
            shape[0] = items;
            for (int axis = 0; axis < item.size(); axis++) {
                shape[1 + axis] = item.get(axis);
            }
            return shape;
        }
    }

    public static TensorHeader of(List<Tensor> tensors) {
        return new TensorHeader(tensors.stream().map(TensorHeader::entry).toList());
    }

    private static Entry entry(Tensor tensor) {
        int[] shape = tensor.shape();
        List<Integer> item = new ArrayList<>(shape.length - 1);
        for (int axis = 1; axis < shape.length; axis++) {
            item.add(shape[axis]);
        }
        return new Entry(tensor.name(), tensor.datatype(), tensor.canBeMissing(), false, item);
    }

    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(32 * (1 + entries.size()));
        bytes.write(FORM);
        Leb128.write(bytes, entries.size());
        for (Entry entry : entries) {
            Leb128.write(bytes, entry.name());
            bytes.write(entry.datatype().code());
            bytes.write((entry.hasValidity() ? HAS_VALIDITY : 0) | (entry.isApart() ? IS_APART : 0));
            Leb128.write(bytes, entry.item().size());
            entry.item().forEach(length -> Leb128.write(bytes, length));
        }
        return bytes.toByteArray();
    }

    /**
     * Reads from the buffer's position on, to behind the header.
     *
     * @throws IllegalArgumentException when the bytes are not of that form
     */
    public static TensorHeader read(ByteBuffer bytes) {
        if (!bytes.hasRemaining() || bytes.get() != FORM) {
            throw new IllegalArgumentException("not a tensor header: its form is unknown");
        }
        int count = Leb128.readInt(bytes);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(readEntry(bytes));
        }
        return new TensorHeader(entries);
    }

    private static Entry readEntry(ByteBuffer bytes) {
        String name = Leb128.readText(bytes);
        if (bytes.remaining() < 2) {
            throw new IllegalArgumentException("not a tensor header: cut off");
        }
        Datatype datatype = Datatype.ofCode(bytes.get());
        int flags = bytes.get();
        if ((flags & ~(HAS_VALIDITY | IS_APART)) != 0) {
            throw new IllegalArgumentException("not a tensor header: unknown flags");
        }
        int dimensions = Leb128.readInt(bytes);
        if (dimensions > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("not a tensor header: a tensor of %d dimensions".formatted(dimensions));
        }
        List<Integer> item = new ArrayList<>(dimensions);
        for (int axis = 0; axis < dimensions; axis++) {
            int length = Leb128.readInt(bytes);
            if (length == 0) {
                // Without any element, an untrusted writer could claim billions of items.
                throw new IllegalArgumentException("not a tensor header: a dimension of no length");
            }
            item.add(length);
        }
        return new Entry(name, datatype, (flags & HAS_VALIDITY) != 0, (flags & IS_APART) != 0, item);
    }
}
