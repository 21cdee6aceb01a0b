package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * BMP: pixels of 16 and 32 bits, which OpenCV does not read by their masks, are read here; palettes, runs and 24 bits are OpenCV's.
 */
final class BmpDecoder {
    private static final int FILE_HEADER = 14;
    private static final int OFFSET_AT = 10;
    private static final int DEPTH_AT = 28;
    private static final int COMPRESSION_AT = 30;
    private static final int MASKS_AT = 54;
    private static final int OS2 = 12;
    /** The shortest header with a mask for alpha. */
    private static final int WITH_ALPHA = 56;

    private static final int NO_COMPRESSION = 0;
    private static final int BIT_FIELDS = 3;

    private BmpDecoder() {}

    /** Three or four channels. */
    static Mat decode(byte[] bmp, PictureHeader header, MatScope scope) throws PictureRefusedException {
        ByteBuffer bytes = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(FILE_HEADER) == OS2 || bmp.length < MASKS_AT + 16) {
            return OpenCvDecoder.colour(PictureFormat.BMP, bmp, scope);
        }
        int depth = bytes.getShort(DEPTH_AT);
        int compression = bytes.getInt(COMPRESSION_AT);
        boolean masked = compression == BIT_FIELDS || compression == NO_COMPRESSION;
        if (!masked || (depth != 16 && depth != 32)) {
            return OpenCvDecoder.colour(PictureFormat.BMP, bmp, scope);
        }
        return read(bytes, header, depth, masks(bytes, depth, compression), scope);
    }

    /** Blue, green, red, alpha. */
    private static Mask[] masks(ByteBuffer bytes, int depth, int compression) {
        if (compression == NO_COMPRESSION) {
            return depth == 16 ? Mask.of(0x1F, 0x3E0, 0x7C00, 0) : Mask.of(0xFF, 0xFF00, 0xFF0000, 0);
        }
        int red = bytes.getInt(MASKS_AT);
        int green = bytes.getInt(MASKS_AT + 4);
        int blue = bytes.getInt(MASKS_AT + 8);
        int alpha = bytes.getInt(FILE_HEADER) >= WITH_ALPHA ? bytes.getInt(MASKS_AT + 12) : 0;
        return (red | green | blue | alpha) == 0
                ? Mask.of(0xFF, 0xFF00, 0xFF0000, 0xFF000000)
                : Mask.of(blue, green, red, alpha);
    }

    private static Mat read(ByteBuffer bytes, PictureHeader header, int depth, Mask[] masks, MatScope scope)
            throws PictureRefusedException {
        int width = header.width();
        int height = header.height();
        boolean topDown = bytes.getInt(22) < 0;
        long stride = ((long) width * depth + 31) / 32 * 4;
        long start = bytes.getInt(OFFSET_AT) & 0xFFFFFFFFL;
        if (start + stride * height > bytes.limit()) {
            throw PictureRefusedException.broken(PictureFormat.BMP);
        }
        int channels = masks[3].isAbsent() ? 3 : 4;
        Mat pixels = scope.keep(new Mat(height, width, CvType.CV_8UC(channels)));
        byte[] line = new byte[channels * width];
        for (int row = 0; row < height; row++) {
            int at = (int) (start + stride * (topDown ? row : height - 1 - row));
            for (int x = 0; x < width; x++) {
                int pixel = depth == 16 ? bytes.getShort(at + 2 * x) & 0xFFFF : bytes.getInt(at + 4 * x);
                for (int channel = 0; channel < channels; channel++) {
                    line[channels * x + channel] = masks[channel].level(pixel);
                }
            }
            pixels.put(row, 0, line);
        }
        return pixels;
    }

    /** Where a channel's bits lie in a pixel. */
    private record Mask(int bits, int shift, long most) {
        static Mask[] of(int blue, int green, int red, int alpha) {
            return new Mask[] {of(blue), of(green), of(red), of(alpha)};
        }

        private static Mask of(int bits) {
            int shift = bits == 0 ? 0 : Integer.numberOfTrailingZeros(bits);
            return new Mask(bits, shift, Math.max(1, (bits >>> shift) & 0xFFFFFFFFL));
        }

        boolean isAbsent() {
            return bits == 0;
        }

        byte level(int pixel) {
            return (byte) (((pixel & bits) >>> shift) * 255L / most);
        }
    }
}
