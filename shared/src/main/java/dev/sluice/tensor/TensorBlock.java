package dev.sluice.tensor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The elements of tensors, one tensor after the other, as their {@link TensorHeader} describes them. */
public final class TensorBlock {
    private TensorBlock() {}

    /** The bytes of all tensors. */
    public static int size(List<Tensor> tensors) {
        int bytes = 0;
        for (Tensor tensor : tensors) {
            bytes = Math.addExact(bytes, bitmapBytes(tensor) + tensor.data().remaining());
        }
        return bytes;
    }

    public static void write(List<Tensor> tensors, ByteBuffer target) {
        for (Tensor tensor : tensors) {
            BitSet valid = tensor.valid();
            if (valid != null) {
                byte[] bits = valid.toByteArray();
                target.put(bits).put(new byte[bitmapBytes(tensor) - bits.length]);
            }
            target.put(tensor.data());
        }
    }

    public static byte[] bytes(List<Tensor> tensors) {
        ByteBuffer all = ByteBuffer.allocate(size(tensors));
        write(tensors, all);
        return all.array();
    }

    /**
     * The tensors are views of the block.
     *
     * @param items the first dimension of every tensor
     * @param block all of it, between position and limit, which remain
     * @throws IllegalArgumentException when it has fewer or more bytes than header and items say
     */
    public static List<Tensor> read(TensorHeader header, int items, ByteBuffer block) {
        ByteBuffer rest = block.slice();
        List<Tensor> tensors = new ArrayList<>(header.entries().size());
        for (TensorHeader.Entry entry : header.entries()) {
            tensors.add(next(entry, items, rest));
        }
        if (rest.hasRemaining()) {
            throw invalid("more bytes than its tensors have");
        }
        return tensors;
    }

    private static Tensor next(TensorHeader.Entry entry, int items, ByteBuffer rest) {
        try {
            int[] shape = entry.shape(items);
            int elements = Math.toIntExact(Tensor.elements(shape));
            BitSet valid = entry.hasValidity() ? bits(elements, rest) : null;
            int bytes = Tensor.extent(entry.datatype(), elements, rest);
            ByteBuffer data = rest.slice(rest.position(), bytes);
            rest.position(rest.position() + bytes);
            return new Tensor(entry.name(), entry.datatype(), shape, data, valid);
        } catch (IllegalArgumentException e) {
            throw invalid("tensor '%s': %s".formatted(entry.name(), e.getMessage()));
        }
    }

    private static BitSet bits(int elements, ByteBuffer rest) {
        int bytes = bitmapBytes(elements);
        if (bytes > rest.remaining()) {
            throw new IllegalArgumentException("fewer bytes than its shape says");
        }
        BitSet bits = BitSet.valueOf(rest.slice(rest.position(), bytes));
        rest.position(rest.position() + bytes);
        return bits;
    }

    private static int bitmapBytes(Tensor tensor) {
        return tensor.canBeMissing() ? bitmapBytes(tensor.count()) : 0;
    }

    private static int bitmapBytes(int elements) {
        return (elements + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("not a tensor payload: " + why);
    }
}
