package dev.sluice.worker.picture;

import dev.sluice.picture.JpegSegment;
import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.TiffDirectory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a file says about its picture, as Pillow finds it.
 *
 * @param exif directory of the EXIF block, or of the TIFF file itself
 * @param xmp text of the XMP packet
 */
record PictureMetadata(Optional<TiffDirectory> exif, Optional<String> xmp) {
    private static final PictureMetadata NONE = new PictureMetadata(Optional.empty(), Optional.empty());
    private static final byte[] EXIF_PREFIX = {'E', 'x', 'i', 'f', 0, 0};
    private static final byte[] XMP_PREFIX = "http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TIFF_XMP = 700;
    private static final int EXIF_IN_WEBP = 0x45584946;
    private static final int XMP_IN_WEBP = 0x584D5020;

    static PictureMetadata of(PictureFormat format, byte[] picture) {
        return switch (format) {
            case JPEG -> inJpeg(picture);
            case PNG -> PngText.metadataOf(picture);
            case WEBP -> inWebp(picture);
            case TIFF -> inTiff(picture);
            case GIF, BMP -> NONE;
        };
    }

    /** The block may repeat the prefix that it has in JPEG files. */
    static Optional<TiffDirectory> exif(byte[] block) {
        int start = 0;
        while (start < 2 * EXIF_PREFIX.length && startsWith(block, start, EXIF_PREFIX)) {
            start += EXIF_PREFIX.length;
        }
        return TiffDirectory.read(ByteBuffer.wrap(block, start, block.length - start));
    }

    /** Parts of a block that is too long for one segment follow each other; of several packets the last counts. */
    private static PictureMetadata inJpeg(byte[] picture) {
        ByteBuffer bytes = ByteBuffer.wrap(picture);
        ByteArrayOutputStream exif = new ByteArrayOutputStream();
        Optional<String> xmp = Optional.empty();
        Optional<JpegSegment> segment = JpegSegment.next(bytes, 2);
        while (segment.isPresent() && segment.get().marker() != JpegSegment.START_OF_SCAN) {
            JpegSegment found = segment.get();
            int length = Math.min(found.length(), picture.length - found.content());
            if (begins(picture, found, EXIF_PREFIX)) {
                exif.write(picture, found.content() + EXIF_PREFIX.length, length - EXIF_PREFIX.length);
            } else if (begins(picture, found, XMP_PREFIX)) {
                xmp = Optional.of(text(picture, found.content(), length));
            }
            segment = JpegSegment.next(bytes, found.end());
        }
        return new PictureMetadata(exif(exif.toByteArray()), xmp);
    }

    private static PictureMetadata inWebp(byte[] picture) {
        PictureMetadata metadata = NONE;
        for (Chunk chunk : Chunk.ofWebp(picture)) {
            if (chunk.name() == EXIF_IN_WEBP && metadata.exif.isEmpty()) {
                metadata = new PictureMetadata(exif(chunk.contentOf(picture)), metadata.xmp);
            } else if (chunk.name() == XMP_IN_WEBP && metadata.xmp.isEmpty()) {
                metadata =
                        new PictureMetadata(metadata.exif, Optional.of(text(picture, chunk.content(), chunk.length())));
            }
        }
        return metadata;
    }

    private static PictureMetadata inTiff(byte[] picture) {
        Optional<TiffDirectory> directory = TiffDirectory.read(ByteBuffer.wrap(picture));
        Optional<String> xmp = directory
                .flatMap(found -> found.content(TIFF_XMP))
                .map(content -> StandardCharsets.ISO_8859_1.decode(content).toString());
        return new PictureMetadata(directory, xmp);
    }

    private static boolean begins(byte[] picture, JpegSegment segment, byte[] prefix) {
        return segment.marker() == JpegSegment.EXIF_OR_XMP
                && segment.length() >= prefix.length
                && startsWith(picture, segment.content(), prefix);
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] prefix) {
        if (at + prefix.length > bytes.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (bytes[at + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /** Byte for byte: what is looked for is plain ASCII in any encoding that XMP is written in here. */
    private static String text(byte[] bytes, int at, int length) {
        return new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    }
}
