package dev.sluice.frontend;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/** Pictures of a given size. */
final class SamplePictures {
    private static final int PNG_WIDTH_AT = 16;

    private SamplePictures() {}

    static byte[] png(int width, int height) {
        return encoded("png", width, height);
    }

    static byte[] jpeg(int width, int height) {
        return encoded("jpeg", width, height);
    }

    /** A header that claims more than anybody wants to decode. */
    static byte[] pngThatClaims(int width, int height) {
        byte[] png = png(1, 1);
        ByteBuffer.wrap(png).putInt(PNG_WIDTH_AT, width).putInt(PNG_WIDTH_AT + 4, height);
        return png;
    }

    private static byte[] encoded(String format, int width, int height) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
