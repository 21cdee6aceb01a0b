package dev.sluice.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Damaged pictures, the same for the same seed: bytes flipped behind the header, ends cut off, blocks swapped, pixels of a PNG flipped. */
public final class MutatedPictures {
    private static final int SIGNATURE = 8;
    private static final int MOST_FLIPS = 8;
    private static final int MOST_SWAPPED = 64;
    /** Where sizes, tables and directories stand. */
    private static final int HEAD = 600;

    private final byte[] original;
    private final PictureFormat format;
    private final Random random;

    private MutatedPictures(byte[] original, PictureFormat format, long seed) {
        this.original = original;
        this.format = format;
        this.random = new Random(seed);
    }

    /** @param picture of that format */
    public static Stream<byte[]> of(byte[] picture, PictureFormat format, long seed, int count) {
        MutatedPictures mutations = new MutatedPictures(picture, format, seed);
        return Stream.generate(mutations::next).limit(count);
    }

    private byte[] next() {
        int kind = random.nextInt(10);
        if (format == PictureFormat.PNG && kind < 5) {
            return pixelsFlipped();
        }
        return switch (kind) {
            case 8 -> Arrays.copyOf(original, headerLength() + random.nextInt(original.length - headerLength()));
            case 9 -> swapped();
            default -> flipped(original.clone(), headerLength(), kind % 2 == 0 ? HEAD : original.length);
        };
    }

    private byte[] flipped(byte[] bytes, int from, int to) {
        int flips = 1 + random.nextInt(MOST_FLIPS);
        int end = Math.min(bytes.length, Math.max(to, from + 1));
        for (int i = 0; i < flips; i++) {
            bytes[from + random.nextInt(end - from)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return bytes;
    }

    private byte[] swapped() {
        byte[] bytes = original.clone();
        int length = 1 + random.nextInt(MOST_SWAPPED);
        int places = original.length - headerLength() - length;
        int one = headerLength() + random.nextInt(places);
        int other = headerLength() + random.nextInt(places);
        byte[] kept = Arrays.copyOfRange(bytes, one, one + length);
        System.arraycopy(original, other, bytes, one, length);
        System.arraycopy(kept, 0, bytes, other, length);
        return bytes;
    }

    /** Compressed again with right sums: otherwise no damaged PNG would ever get past its checksum. */
    private byte[] pixelsFlipped() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(original, 0, SIGNATURE);
        ByteBuffer bytes = ByteBuffer.wrap(original);
        for (int at = SIGNATURE; at < original.length; at += 12 + bytes.getInt(at)) {
            String name = new String(original, at + 4, 4, StandardCharsets.US_ASCII);
            if (name.equals("IDAT")) {
                packed.write(original, at + 8, bytes.getInt(at));
            } else if (name.equals("IEND")) {
                byte[] scanlines = inflated(packed.toByteArray());
                write(png, "IDAT", deflated(flipped(scanlines, 0, scanlines.length)));
                write(png, "IEND", new byte[0]);
            } else {
                png.write(original, at, 12 + bytes.getInt(at));
            }
        }
        return png.toByteArray();
    }

    private static void write(ByteArrayOutputStream png, String name, byte[] content) {
        byte[] named = ByteBuffer.allocate(4 + content.length)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 sum = new CRC32();
        sum.update(named);
        png.writeBytes(ByteBuffer.allocate(8 + named.length)
                .putInt(content.length)
                .put(named)
                .putInt((int) sum.getValue())
                .array());
    }

    private static byte[] inflated(byte[] packed) {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(packed);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            while (!inflater.finished()) {
                out.write(buffer, 0, inflater.inflate(buffer));
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("the picture to be mutated is whole", e);
        }
    }

    private static byte[] deflated(byte[] bytes) {
        try (Deflater deflater = new Deflater(Deflater.BEST_SPEED)) {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }

    /** Up to where the picture says what it is and how large. */
    private int headerLength() {
        return switch (format) {
            case PNG -> 33;
            case WEBP -> 30;
            case BMP -> 26;
            case JPEG -> 20;
            case GIF -> 13;
            case TIFF -> 8;
        };
    }
}
