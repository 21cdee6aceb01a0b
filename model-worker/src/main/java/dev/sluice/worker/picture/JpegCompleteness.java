package dev.sluice.worker.picture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Whether the scan of a JPEG file has all its pixels. libjpeg fills in what is missing and merely warns of it, but neither OpenCV nor
 * libturbojpeg hands its warnings on; the JDK's reader does. Slow: only for the rare file without an end.
 */
final class JpegCompleteness {
    private static final String MISSING = "premature end";
    /** Of so many pixels one is stored, though all are decoded: nobody looks at them. */
    private static final int KEPT = 16;

    private JpegCompleteness() {}

    static boolean isComplete(byte[] jpeg) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        ImageReader reader = readers.next();
        AtomicBoolean complete = new AtomicBoolean(true);
        reader.addIIOReadWarningListener((_, warning) -> {
            if (warning.contains(MISSING)) {
                complete.set(false);
            }
        });
        try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg))) {
            reader.setInput(input, true, true);
            ImageReadParam sparsely = reader.getDefaultReadParam();
            sparsely.setSourceSubsampling(KEPT, KEPT, 0, 0);
            reader.readRaster(0, sparsely);
            return complete.get();
        } catch (IOException | RuntimeException broken) {
            return false;
        } finally {
            reader.dispose();
        }
    }
}
