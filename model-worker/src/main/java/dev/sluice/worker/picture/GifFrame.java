package dev.sluice.worker.picture;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/** The first frame of a GIF, by the JDK's reader: this OpenCV has none. */
final class GifFrame {
    private GifFrame() {}

    /** Blue, green, red, alpha. */
    static Mat decode(byte[] gif, long maxPixels, MatScope scope) throws PictureRefusedException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("gif");
        ImageReader reader = readers.next();
        try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
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
        BufferedImage argb = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        argb.createGraphics().drawImage(image, 0, 0, null);
        int[] pixels = ((DataBufferInt) argb.getRaster().getDataBuffer()).getData();
        byte[] bytes = new byte[4 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int pixel = pixels[i];
            bytes[4 * i] = (byte) pixel;
            bytes[4 * i + 1] = (byte) (pixel >>> 8);
            bytes[4 * i + 2] = (byte) (pixel >>> 16);
            bytes[4 * i + 3] = (byte) (pixel >>> 24);
        }
        Mat mat = scope.keep(new Mat(height, width, CvType.CV_8UC4));
        mat.put(0, 0, bytes);
        return mat;
    }
}
