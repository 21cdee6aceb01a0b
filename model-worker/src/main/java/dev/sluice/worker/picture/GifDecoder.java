package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * The first frame of a GIF on its canvas, as Pillow shows it: around a smaller frame lies the transparent colour, or, without one, the
 * palette's first; a frame that reaches beyond the canvas enlarges it. This OpenCV has no GIF, and the JDK's reader neither says where a
 * frame lies nor notices when its end is missing.
 */
final class GifDecoder {
    private static final int SCREEN = 6;
    private static final int SCREEN_END = 13;
    private static final int EXTENSION = '!';
    private static final int FRAME = ',';
    private static final int END = ';';
    private static final int GRAPHIC_CONTROL = 0xF9;
    private static final int OPAQUE = -1;
    private static final int MOST_ROOT_BITS = 11;

    private final ByteBuffer bytes;
    private int at = SCREEN_END;
    private byte @Nullable [] palette;
    private int transparent = OPAQUE;

    private GifDecoder(byte[] gif) {
        this.bytes = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Blue, green, red, and alpha when a colour is transparent. */
    static Mat decode(byte[] gif, long maxPixels, MatScope scope) throws PictureRefusedException {
        try {
            return new GifDecoder(gif).firstFrame(maxPixels, scope);
        } catch (IndexOutOfBoundsException endsTooEarly) {
            throw PictureRefusedException.broken(PictureFormat.GIF);
        }
    }

    private Mat firstFrame(long maxPixels, MatScope scope) throws PictureRefusedException {
        readPalette(bytes.get(SCREEN + 4));
        seekFrame();
        int left = shortAt(at);
        int top = shortAt(at + 2);
        int width = shortAt(at + 4);
        int height = shortAt(at + 6);
        int canvasWidth = Math.max(shortAt(SCREEN), left + width);
        int canvasHeight = Math.max(shortAt(SCREEN + 2), top + height);
        ImageDecoder.requirePixels(canvasWidth, canvasHeight, Math.min(maxPixels, Integer.MAX_VALUE));
        byte flags = bytes.get(at + 8);
        at += 9;
        readPalette(flags);
        byte[] indices = indices(width * height);
        byte[] canvas = new byte[canvasWidth * canvasHeight];
        Arrays.fill(canvas, (byte) Math.max(transparent, 0));
        for (int row = 0; row < height; row++) {
            int y = (flags & 0x40) == 0 ? row : interlaced(row, height);
            System.arraycopy(indices, row * width, canvas, (top + y) * canvasWidth + left, width);
        }
        return coloured(canvas, canvasWidth, canvasHeight, scope);
    }

    /** Behind the mark of the first frame. Bytes that mean nothing are skipped. */
    private void seekFrame() throws PictureRefusedException {
        for (int block = bytes.get(at++); block != FRAME; block = bytes.get(at++)) {
            if (block == END) {
                throw PictureRefusedException.undecodable("the GIF file has no frame: send a file with a picture");
            }
            if (block == EXTENSION) {
                int label = bytes.get(at++) & 0xFF;
                int length = bytes.get(at) & 0xFF;
                if (label == GRAPHIC_CONTROL && length >= 4 && (bytes.get(at + 1) & 1) != 0) {
                    transparent = bytes.get(at + 4) & 0xFF;
                }
                skipBlocks();
            }
        }
    }

    private void skipBlocks() {
        int length = bytes.get(at++) & 0xFF;
        while (length != 0) {
            at += length;
            length = bytes.get(at++) & 0xFF;
        }
    }

    private void readPalette(byte flags) {
        if ((flags & 0x80) != 0) {
            byte[] colours = new byte[3 << ((flags & 7) + 1)];
            bytes.get(at, colours);
            at += colours.length;
            if (!isGreyRamp(colours)) {
                palette = colours;
            }
        }
    }

    /** Each index its own level of grey. Pillow does without such a palette, even where another one is then left. */
    private static boolean isGreyRamp(byte[] colours) {
        for (int i = 0; i < colours.length; i++) {
            if (colours[i] != (byte) (i / 3)) {
                return false;
            }
        }
        return true;
    }

    private byte[] indices(int count) throws PictureRefusedException {
        int rootBits = bytes.get(at++) & 0xFF;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        while (at < bytes.limit() && bytes.get(at) != 0) {
            byte[] block = new byte[bytes.get(at) & 0xFF];
            bytes.get(at + 1, block);
            packed.writeBytes(block);
            at += 1 + block.length;
        }
        byte[] indices = new byte[count];
        if (rootBits > MOST_ROOT_BITS || !new Lzw(packed.toByteArray(), rootBits).unpackInto(indices)) {
            throw PictureRefusedException.broken(PictureFormat.GIF);
        }
        return indices;
    }

    /** Every eighth row, those between, every second of the others, the rest. */
    private static int interlaced(int row, int height) {
        int eighths = (height + 7) / 8;
        int fourths = (height + 3) / 8;
        int seconds = (height + 1) / 4;
        if (row < eighths) {
            return 8 * row;
        }
        if (row < eighths + fourths) {
            return 8 * (row - eighths) + 4;
        }
        return row < eighths + fourths + seconds
                ? 4 * (row - eighths - fourths) + 2
                : 2 * (row - eighths - fourths - seconds) + 1;
    }

    private Mat coloured(byte[] canvas, int width, int height, MatScope scope) {
        int channels = transparent == OPAQUE ? 3 : 4;
        Mat mat = scope.keep(new Mat(height, width, CvType.CV_8UC(channels)));
        byte[] line = new byte[channels * width];
        for (int row = 0; row < height; row++) {
            for (int x = 0; x < width; x++) {
                int index = canvas[row * width + x] & 0xFF;
                line[channels * x] = colour(index, 2);
                line[channels * x + 1] = colour(index, 1);
                line[channels * x + 2] = colour(index, 0);
                if (channels == 4) {
                    line[4 * x + 3] = index == transparent ? 0 : (byte) 0xFF;
                }
            }
            mat.put(row, 0, line);
        }
        return mat;
    }

    /** Without a palette the index is a level of grey; beyond the palette all is black. */
    private byte colour(int index, int part) {
        if (palette == null) {
            return (byte) index;
        }
        return 3 * index < palette.length ? palette[3 * index + part] : 0;
    }

    private int shortAt(int place) {
        return bytes.getShort(place) & 0xFFFF;
    }
}
