package dev.sluice.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** A few kilobytes each that claim billions of pixels, or as many as their format can. */
public final class PixelBombs {
    private static final int LARGE = 50_000;
    private static final int LARGEST_JPEG = 65_500;
    private static final int LARGEST_WEBP = 16_383;

    private PixelBombs() {}

    /** One of each served format. */
    public static List<byte[]> ofEachFormat() {
        List<byte[]> bombs = new ArrayList<>();
        for (PictureFormat format : PictureFormat.values()) {
            bombs.add(of(format));
        }
        return bombs;
    }

    public static byte[] of(PictureFormat format) {
        return switch (format) {
            case PNG -> png();
            case JPEG -> jpeg(LARGEST_JPEG);
            case GIF -> claiming("gif", ByteOrder.LITTLE_ENDIAN, 6, 8, (short) LARGE);
            case BMP -> {
                byte[] bmp = small("bmp");
                ByteBuffer.wrap(bmp)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(18, LARGE)
                        .putInt(22, LARGE);
                yield bmp;
            }
            case WEBP ->
                ByteBuffer.allocate(4096)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0x46464952)
                        .putInt(4088)
                        .putInt(0x50424557)
                        .putInt(0x20385056)
                        .putInt(4076)
                        .put(new byte[] {0x30, 1, 0, (byte) 0x9D, 1, 0x2A})
                        .putShort((short) LARGEST_WEBP)
                        .putShort((short) LARGEST_WEBP)
                        .array();
            case TIFF -> tiff(new int[][] {{256, 4, LARGE}, {257, 4, LARGE}});
        };
    }

    /** A directory of such entries: tag, type, value; each with the count 1. */
    static byte[] tiff(int[][] entries) {
        ByteBuffer tiff = ByteBuffer.allocate(4096)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x002A4949)
                .putInt(8)
                .putShort((short) entries.length);
        for (int[] entry : entries) {
            tiff.putShort((short) entry[0]).putShort((short) entry[1]).putInt(1).putInt(entry[2]);
        }
        return tiff.array();
    }

    /**
     * To whoever takes the two bytes behind a marker without a length for one, it is 8 × 8 pixels large; to a decoder, size × size.
     */
    public static byte[] jpegHidingItsSize(int size) {
        byte[] large = jpeg(size);
        byte[] prologue = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 1, (byte) 0xFF, 1, (byte) 0xFF, (byte) 0xFE, -1, -1};
        int comment = 0xFFFF - 2;
        int seenInstead = 2 + 2 + 0xFF01;
        return ByteBuffer.allocate(prologue.length + comment + large.length - 2)
                .put(prologue)
                .put(seenInstead, new byte[] {(byte) 0xFF, (byte) 0xC0, 0, 17, 8, 0, 8, 0, 8})
                .position(prologue.length + comment)
                .put(large, 2, large.length - 2)
                .array();
    }

    /** Six kilobytes, the first of its rows all there. */
    private static byte[] png() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        byte[] header = ByteBuffer.allocate(13)
                .putInt(LARGE)
                .putInt(LARGE)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        chunk(out, "IHDR", header);
        byte[] packed = new byte[6_000];
        try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
            deflater.setInput(new byte[6_000_000]);
            int length = deflater.deflate(packed);
            chunk(out, "IDAT", java.util.Arrays.copyOf(packed, length));
        }
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String name, byte[] content) {
        byte[] named = ByteBuffer.allocate(4 + content.length)
                .put(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 sum = new CRC32();
        sum.update(named);
        out.writeBytes(ByteBuffer.allocate(8 + named.length)
                .putInt(content.length)
                .put(named)
                .putInt((int) sum.getValue())
                .array());
    }

    private static byte[] jpeg(int size) {
        byte[] jpeg = small("jpeg");
        int at = 2;
        while (jpeg[at + 1] != (byte) 0xC0) {
            at += 2 + ((jpeg[at + 2] & 0xFF) << 8 | (jpeg[at + 3] & 0xFF));
        }
        ByteBuffer.wrap(jpeg).putShort(at + 5, (short) size).putShort(at + 7, (short) size);
        return jpeg;
    }

    private static byte[] claiming(String format, ByteOrder order, int widthAt, int heightAt, short size) {
        byte[] picture = small(format);
        ByteBuffer.wrap(picture).order(order).putShort(widthAt, size).putShort(heightAt, size);
        return picture;
    }

    private static byte[] small(String format) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), format, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
