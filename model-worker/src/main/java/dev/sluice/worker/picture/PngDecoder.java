package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.opencv.core.Mat;

/**
 * PNG, by OpenCV, which is given only the chunks that make up pixels: it fails on some others. A colour that stands for "transparent" it
 * would lose (grey) or compare in full (sixteen bits); that colour is applied here, as Pillow does it.
 */
final class PngDecoder {
    private static final int HEADER = 0x49484452;
    private static final int PALETTE = 0x504C5445;
    private static final int TRANSPARENCY = 0x74524E53;
    private static final int DATA = 0x49444154;
    private static final int END = 0x49454E44;
    private static final int SIGNATURE = 8;

    private static final int GREY = 0;
    private static final int COLOUR = 2;
    private static final int INDEXED = 3;
    private static final int DEPTH_AT = 24;
    private static final int TYPE_AT = 25;

    private PngDecoder() {}

    /** One, three or four channels. */
    static Mat decode(byte[] png, MatScope scope) throws PictureRefusedException {
        List<Chunk> chunks = Chunk.ofPng(png);
        Mat decoded = OpenCvDecoder.eightBits(
                OpenCvDecoder.unchanged(PictureFormat.PNG, onlyPixels(png, chunks), scope), scope);
        Optional<ColourKey> key = chunks.stream()
                .filter(chunk -> chunk.name() == TRANSPARENCY)
                .findFirst()
                .flatMap(chunk -> colourKey(png, chunk));
        return key.isPresent() ? key.get().clear(decoded, scope) : decoded;
    }

    private static byte[] onlyPixels(byte[] png, List<Chunk> chunks) {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream(png.length);
        pixels.write(png, 0, SIGNATURE);
        for (Chunk chunk : chunks) {
            boolean needed = switch (chunk.name()) {
                case HEADER, PALETTE, DATA, END -> true;
                case TRANSPARENCY -> png[TYPE_AT] == INDEXED;
                default -> false;
            };
            if (needed) {
                pixels.write(png, chunk.start(), chunk.end() - chunk.start());
            }
        }
        return pixels.toByteArray();
    }

    /** Empty for kinds of pixels that Pillow does not compare: indexed ones, those with alpha, and grey of sixteen bits. */
    private static Optional<ColourKey> colourKey(byte[] png, Chunk chunk) {
        ByteBuffer content =
                ByteBuffer.wrap(png, chunk.content(), chunk.length()).slice();
        if (png[TYPE_AT] == GREY && png[DEPTH_AT] <= Byte.SIZE && content.limit() >= 2) {
            int level = content.getShort(0) & 0xFF;
            int grey = png[DEPTH_AT] == 1 && content.getShort(0) != 0 ? 0xFF : level;
            return Optional.of(new ColourKey(grey, grey, grey));
        }
        return png[TYPE_AT] == COLOUR && content.limit() >= 6
                ? Optional.of(new ColourKey(content.get(1) & 0xFF, content.get(3) & 0xFF, content.get(5) & 0xFF))
                : Optional.empty();
    }
}
