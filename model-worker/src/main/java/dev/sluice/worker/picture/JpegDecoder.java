package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import java.util.Arrays;
import java.util.Optional;
import org.opencv.core.Mat;

/** JPEG, by the system's libturbojpeg where it can, else by OpenCV. */
final class JpegDecoder {
    /** A progressive JPEG has about ten. */
    private static final int MOST_SCANS = 100;

    private final Optional<TurboJpeg> turboJpeg;

    JpegDecoder(Optional<TurboJpeg> turboJpeg) {
        this.turboJpeg = turboJpeg;
    }

    /** Blue, green, red. */
    Mat decode(byte[] jpeg, PictureHeader header, MatScope scope) throws PictureRefusedException {
        JpegOutline outline = JpegOutline.of(jpeg);
        if (outline.scans() > MOST_SCANS) {
            throw PictureRefusedException.undecodable(
                    "the JPEG file has %d scans, more than %d: save it as a baseline JPEG"
                            .formatted(outline.scans(), MOST_SCANS));
        }
        byte[] whole = outline.isEnded() ? jpeg : ended(jpeg, outline);
        Optional<Mat> fast = turboJpeg.flatMap(library -> library.decode(whole, header, scope));
        return fast.isPresent() ? fast.get() : OpenCvDecoder.colour(PictureFormat.JPEG, whole, scope);
    }

    /** With the end of image that is missing, unless pixels are missing, too. */
    private static byte[] ended(byte[] jpeg, JpegOutline outline) throws PictureRefusedException {
        byte[] ended = Arrays.copyOf(jpeg, jpeg.length + 2);
        ended[jpeg.length] = (byte) 0xFF;
        ended[jpeg.length + 1] = (byte) 0xD9;
        // Of a progressive file all pixels may be there, but none of them finished.
        if (outline.scans() != 1 || outline.isProgressive() || !JpegCompleteness.isComplete(ended)) {
            throw PictureRefusedException.broken(PictureFormat.JPEG);
        }
        return ended;
    }
}
