package dev.sluice.worker.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/** The first frame of a GIF, by the JDK's reader: this OpenCV has none. */
final class GifFrame {
    private GifFrame() {}

    /** Blue, green, red, alpha. */
    static Mat decode(byte[] gif, long maxPixels, MatScope scope) throws PictureRefusedException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(gif))) {
            reader.setInput(input, true, true);
            // A frame may be larger than the screen that the header states.
            ImageDecoder.requirePixels(reader.getWidth(0), reader.getHeight(0), maxPixels);
            return bgra(reader.read(0), scope);
        } catch (IOException | RuntimeException e) {
            throw PictureRefusedException.undecodable("the GIF cannot be decoded: it is cut off or broken");
        } finally {
            reader.dispose();
        }
    }

    private static Mat bgra(BufferedImage image, MatScope scope) {
        int width = image.getWidth();
        int height = image.getHeight();
        Mat mat = scope.keep(new Mat(height, width, CvType.CV_8UC4));
        int[] argb = new int[width];
        byte[] bytes = new byte[4 * width];
        for (int row = 0; row < height; row++) {
            image.getRGB(0, row, width, 1, argb, 0, width);
            for (int x = 0; x < width; x++) {
                bytes[4 * x] = (byte) argb[x];
                bytes[4 * x + 1] = (byte) (argb[x] >>> 8);
                bytes[4 * x + 2] = (byte) (argb[x] >>> 16);
                bytes[4 * x + 3] = (byte) (argb[x] >>> 24);
            }
            mat.put(row, 0, bytes);
        }
        return mat;
    }
}
