package dev.sluice.worker.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/** Takes the samples of a row out of its bytes, and undoes the differences between neighbours that some files store instead. */
final class TiffRow {
    private final ByteOrder order;
    private final int width;
    private final int inPlane;
    private final TiffSamples samples;
    private final int differencesOver;

    /**
     * @param inPlane samples of a pixel that stand side by side
     * @param differencesOver pixels of which only the first is stored itself, the others as differences to the one before
     */
    TiffRow(ByteOrder order, int width, int inPlane, TiffSamples samples, int differencesOver) {
        this.order = order;
        this.width = width;
        this.inPlane = inPlane;
        this.samples = samples;
        this.differencesOver = differencesOver;
    }

    /** Puts the samples of one plane into their places among those of all. */
    void read(Mat unpacked, int y, int[] values, int plane, int perPixel) {
        ByteBuffer row = bytes(unpacked, y);
        int bits = samples.bits();
        for (int i = 0; i < width * inPlane; i++) {
            int value = value(row, i, bits);
            int to = i / inPlane * perPixel + plane + i % inPlane;
            if (i / inPlane % differencesOver != 0) {
                value += values[to - perPixel];
            }
            values[to] = bits == Integer.SIZE ? value : value & ((1 << bits) - 1);
        }
    }

    private ByteBuffer bytes(Mat unpacked, int y) {
        if (unpacked.depth() == CvType.CV_8U) {
            byte[] bytes = new byte[unpacked.cols()];
            unpacked.get(y, 0, bytes);
            return ByteBuffer.wrap(bytes).order(order);
        }
        short[] shorts = new short[unpacked.cols()];
        unpacked.get(y, 0, shorts);
        ByteBuffer bytes = ByteBuffer.allocate(2 * shorts.length).order(order);
        bytes.asShortBuffer().put(shorts);
        return bytes;
    }

    private int value(ByteBuffer row, int index, int bits) {
        return switch (bits) {
            case 8 -> row.get(index) & 0xFF;
            case 16 -> row.getShort(2 * index) & 0xFFFF;
            case 32 -> row.getInt(4 * index);
            default -> packed(row, index * bits, bits);
        };
    }

    /** From the high end of a byte on. */
    private static int packed(ByteBuffer row, int bitAt, int bits) {
        int value = 0;
        for (int bit = bitAt; bit < bitAt + bits; bit++) {
            value = (value << 1) | ((row.get(bit >> 3) >> (7 - (bit & 7))) & 1);
        }
        return value;
    }
}
