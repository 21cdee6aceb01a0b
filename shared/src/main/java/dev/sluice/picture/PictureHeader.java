package dev.sluice.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Format and size as the header states them, so that a picture can be refused by its size before it is decoded.
 *
 * @param width in pixels, as stored: an EXIF orientation may turn it
 * @param height in pixels, as stored
 */
public record PictureHeader(PictureFormat format, int width, int height) {
    private static final int TIFF_WIDTH = 256;
    private static final int TIFF_HEIGHT = 257;

    public long pixels() {
        return (long) width * height;
    }

    /** The fault and remedy for a picture that is too large. */
    public static String refusalOfPixels(int width, int height, long maxPixels) {
        return "%d × %d pixels are more than the limit of %d pixels: send a smaller picture, or raise --max-pixels"
                .formatted(width, height, maxPixels);
    }

    /** Empty if the bytes are not a picture of a known format or end before the size. */
    public static Optional<PictureHeader> read(byte[] picture) {
        return read(ByteBuffer.wrap(picture));
    }

    /** Reads from the buffer's position and does not change it. */
    public static Optional<PictureHeader> read(ByteBuffer picture) {
        ByteBuffer bytes = picture.slice();
        try {
            PictureHeader header = parse(bytes);
            return header != null && header.width > 0 && header.height > 0 ? Optional.of(header) : Optional.empty();
        } catch (IndexOutOfBoundsException endsTooEarly) {
            return Optional.empty();
        }
    }

    private static @Nullable PictureHeader parse(ByteBuffer bytes) {
        return switch (bytes.getInt(0)) {
            case 0x89504E47 -> png(bytes);
            case 0x47494638 -> gif(bytes.order(ByteOrder.LITTLE_ENDIAN));
            case 0x52494646 -> webp(bytes.order(ByteOrder.LITTLE_ENDIAN));
            case 0x49492A00, 0x4D4D002A, 0x49492B00, 0x4D4D002B -> tiff(bytes);
            default ->
                switch (bytes.getShort(0) & 0xFFFF) {
                    case 0xFFD8 -> jpeg(bytes);
                    case 0x424D -> bmp(bytes.order(ByteOrder.LITTLE_ENDIAN));
                    default -> null;
                };
        };
    }

    private static @Nullable PictureHeader png(ByteBuffer bytes) {
        boolean startsWithHeader = bytes.getInt(4) == 0x0D0A1A0A && bytes.getInt(12) == 0x49484452;
        return startsWithHeader ? new PictureHeader(PictureFormat.PNG, bytes.getInt(16), bytes.getInt(20)) : null;
    }

    /** The logical screen; a frame may claim more, which the decoder checks again. */
    private static PictureHeader gif(ByteBuffer bytes) {
        return new PictureHeader(PictureFormat.GIF, bytes.getShort(6) & 0xFFFF, bytes.getShort(8) & 0xFFFF);
    }

    /** RFC 9649: the canvas of an extended file, else the size in the lossy or lossless bit stream. */
    private static @Nullable PictureHeader webp(ByteBuffer bytes) {
        if (bytes.getInt(8) != 0x50424557) {
            return null;
        }
        return switch (bytes.getInt(12)) {
            case 0x58385056 -> // VP8X
                new PictureHeader(
                        PictureFormat.WEBP, 1 + (bytes.getInt(24) & 0xFFFFFF), 1 + (bytes.getInt(26) >>> 8 & 0xFFFFFF));
            case 0x20385056 -> // VP8
                new PictureHeader(PictureFormat.WEBP, bytes.getShort(26) & 0x3FFF, bytes.getShort(28) & 0x3FFF);
            case 0x4C385056 -> { // VP8L
                int sizes = bytes.getInt(21);
                yield new PictureHeader(PictureFormat.WEBP, 1 + (sizes & 0x3FFF), 1 + (sizes >>> 14 & 0x3FFF));
            }
            default -> null;
        };
    }

    /** Walks the segments up to the start of frame: JFIF, EXIF and its thumbnail are stepped over, and so are stray bytes between them. */
    private static @Nullable PictureHeader jpeg(ByteBuffer bytes) {
        Optional<JpegSegment> segment = JpegSegment.next(bytes, 2);
        while (segment.isPresent() && mayPrecedeFrame(segment.get())) {
            segment = JpegSegment.next(bytes, segment.get().end());
        }
        return segment.filter(JpegSegment::isStartOfFrame)
                .map(frame -> new PictureHeader(
                        PictureFormat.JPEG,
                        bytes.getShort(frame.content() + 3) & 0xFFFF,
                        bytes.getShort(frame.content() + 1) & 0xFFFF))
                .orElse(null);
    }

    /** Whether the segment may precede the frame; decoders reject files with other segments there. */
    private static boolean mayPrecedeFrame(JpegSegment segment) {
        boolean tableOrText = segment.marker() >= 0xC0
                && segment.marker() != JpegSegment.START_OF_IMAGE
                && segment.marker() != JpegSegment.END_OF_IMAGE
                && segment.marker() != JpegSegment.START_OF_SCAN;
        return tableOrText && !segment.isStartOfFrame();
    }

    /** A negative height means rows from top to bottom. */
    private static PictureHeader bmp(ByteBuffer bytes) {
        boolean os2 = bytes.getInt(14) == 12;
        return os2
                ? new PictureHeader(PictureFormat.BMP, bytes.getShort(18) & 0xFFFF, bytes.getShort(20) & 0xFFFF)
                : new PictureHeader(PictureFormat.BMP, bytes.getInt(18), Math.abs(bytes.getInt(22)));
    }

    /** Requires each size exactly once and stored in its entry: with two values or an offset, a decoder might read a different one. */
    private static @Nullable PictureHeader tiff(ByteBuffer bytes) {
        return TiffDirectory.read(bytes)
                .map(directory ->
                        new PictureHeader(PictureFormat.TIFF, directory.size(TIFF_WIDTH), directory.size(TIFF_HEIGHT)))
                .orElse(null);
    }
}
