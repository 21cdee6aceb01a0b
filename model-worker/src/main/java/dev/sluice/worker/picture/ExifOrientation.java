package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.opencv.core.Core;
import org.opencv.core.Mat;

/** How a picture must be turned to stand upright: tag 0x0112 of the EXIF block in a JPEG, PNG or WebP file. */
enum ExifOrientation {
    UPRIGHT,
    MIRRORED,
    UPSIDE_DOWN,
    UPSIDE_DOWN_MIRRORED,
    MIRRORED_ON_LEFT_SIDE,
    ON_LEFT_SIDE,
    MIRRORED_ON_RIGHT_SIDE,
    ON_RIGHT_SIDE;

    private static final int ORIENTATION = 0x0112;
    private static final int EXIF_IN_PNG = 0x65584966;
    private static final int EXIF_IN_WEBP = 0x46495845;
    private static final int EXIF_HEADER = 6;

    /** Upright when nothing, or nothing readable, says otherwise. */
    static ExifOrientation of(PictureFormat format, byte[] picture) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(picture);
            return switch (format) {
                case JPEG -> inJpeg(bytes).map(ExifOrientation::inExif).orElse(UPRIGHT);
                case PNG ->
                    inChunks(bytes, 8, EXIF_IN_PNG, true)
                            .map(ExifOrientation::inExif)
                            .orElse(UPRIGHT);
                case WEBP ->
                    inChunks(bytes.order(ByteOrder.LITTLE_ENDIAN), 12, EXIF_IN_WEBP, false)
                            .map(ExifOrientation::inExif)
                            .orElse(UPRIGHT);
                // OpenCV turns TIFF itself; the others have no EXIF.
                case TIFF, GIF, BMP -> UPRIGHT;
            };
        } catch (IndexOutOfBoundsException brokenExif) {
            return UPRIGHT;
        }
    }

    /** The picture upright, in the same matrix or a new one that belongs to the scope. */
    Mat upright(Mat picture, MatScope scope) {
        return switch (this) {
            case UPRIGHT -> picture;
            case MIRRORED -> flipped(picture, 1, scope);
            case UPSIDE_DOWN -> flipped(picture, -1, scope);
            case UPSIDE_DOWN_MIRRORED -> flipped(picture, 0, scope);
            case MIRRORED_ON_LEFT_SIDE -> transposed(picture, scope);
            case ON_LEFT_SIDE -> flipped(transposed(picture, scope), 1, scope);
            case MIRRORED_ON_RIGHT_SIDE -> flipped(transposed(picture, scope), -1, scope);
            case ON_RIGHT_SIDE -> flipped(transposed(picture, scope), 0, scope);
        };
    }

    private static Mat flipped(Mat picture, int code, MatScope scope) {
        Mat flipped = scope.keep(new Mat());
        Core.flip(picture, flipped, code);
        return flipped;
    }

    private static Mat transposed(Mat picture, MatScope scope) {
        Mat transposed = scope.keep(new Mat());
        Core.transpose(picture, transposed);
        return transposed;
    }

    private static Optional<ByteBuffer> inJpeg(ByteBuffer bytes) {
        int at = 2;
        while ((bytes.get(at) & 0xFF) == 0xFF) {
            int marker = bytes.get(at + 1) & 0xFF;
            if (marker == 0xDA) {
                return Optional.empty();
            }
            int length = bytes.getShort(at + 2) & 0xFFFF;
            if (marker == 0xE1 && length > 2 + EXIF_HEADER && bytes.getInt(at + 4) == 0x45786966) {
                return Optional.of(bytes.slice(at + 4 + EXIF_HEADER, length - 2 - EXIF_HEADER));
            }
            at += marker == 0xFF ? 1 : 2 + length;
        }
        return Optional.empty();
    }

    /** PNG: length, name, content, checksum. WebP: name, length, content, padded to even. */
    private static Optional<ByteBuffer> inChunks(ByteBuffer bytes, int start, int name, boolean png) {
        int at = start;
        while (at + 8 <= bytes.limit()) {
            int length = bytes.getInt(png ? at : at + 4);
            if (length < 0) {
                return Optional.empty();
            }
            if (bytes.getInt(png ? at + 4 : at) == name) {
                return Optional.of(bytes.slice(at + 8, length));
            }
            at += 8 + length + (png ? 4 : length & 1);
        }
        return Optional.empty();
    }

    private static ExifOrientation inExif(ByteBuffer tiff) {
        // Some writers of WebP keep JPEG's header before the block.
        ByteBuffer exif = tiff.getInt(0) == 0x45786966 ? tiff.slice(EXIF_HEADER, tiff.limit() - EXIF_HEADER) : tiff;
        exif.order(exif.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = exif.getInt(4);
        int entries = exif.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((exif.getShort(entry) & 0xFFFF) == ORIENTATION) {
                int value = exif.getShort(entry + 8);
                return value >= 1 && value <= 8 ? values()[value - 1] : UPRIGHT;
            }
        }
        return UPRIGHT;
    }
}
