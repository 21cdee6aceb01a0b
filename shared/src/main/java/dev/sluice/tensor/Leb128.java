package dev.sluice.tensor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Whole numbers from 0 on, unsigned LEB128: 7 bits a byte, lowest first, the highest bit set in all bytes but the last; and texts, UTF-8
 * behind the number of their bytes.
 */
public final class Leb128 {
    private static final int BITS = 7;
    private static final int MORE = 0x80;
    private static final int MOST_BITS = 63;

    private Leb128() {}

    public static void write(ByteArrayOutputStream bytes, long number) {
        long rest = number;
        while (rest >= MORE) {
            bytes.write((int) (rest & (MORE - 1)) | MORE);
            rest >>>= BITS;
        }
        bytes.write((int) rest);
    }

    public static void write(ByteArrayOutputStream bytes, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        write(bytes, utf8.length);
        bytes.writeBytes(utf8);
    }

    /** @throws IllegalArgumentException when the bytes end before the number, or it is larger than an int */
    public static int readInt(ByteBuffer bytes) {
        long number = readLong(bytes);
        if (number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a number is too large");
        }
        return (int) number;
    }

    /** @throws IllegalArgumentException when the bytes end before the number, or it is larger than a long */
    public static long readLong(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < MOST_BITS; shift += BITS) {
            if (!bytes.hasRemaining()) {
                throw new IllegalArgumentException("a number is cut off");
            }
            int next = bytes.get();
            number |= (long) (next & (MORE - 1)) << shift;
            if ((next & MORE) == 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number is too large");
    }

    /** @throws IllegalArgumentException when the bytes end before the text */
    public static String readText(ByteBuffer bytes) {
        int length = readInt(bytes);
        if (length > bytes.remaining()) {
            throw new IllegalArgumentException("a text is cut off");
        }
        byte[] utf8 = new byte[length];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
