package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/** OpenCV's decoders. They know no metadata here: each format's own class has read it, or left it out. */
final class OpenCvDecoder {
    /** So that 0 to 255 become 0, 256 to 511 become 1, and so on: rounded to the nearest. */
    private static final double DOWN = -0.498;

    private OpenCvDecoder() {}

    /** Blue, green, red. */
    static Mat colour(PictureFormat format, byte[] picture, MatScope scope) throws PictureRefusedException {
        return decode(format, picture, Imgcodecs.IMREAD_COLOR | Imgcodecs.IMREAD_IGNORE_ORIENTATION, scope);
    }

    /** With as many channels and bits as the file has. */
    static Mat unchanged(PictureFormat format, byte[] picture, MatScope scope) throws PictureRefusedException {
        return decode(format, picture, Imgcodecs.IMREAD_UNCHANGED, scope);
    }

    /** The upper half of each level of sixteen bits, as Pillow takes it. */
    static Mat eightBits(Mat decoded, MatScope scope) {
        if (decoded.depth() == CvType.CV_8U) {
            return decoded;
        }
        Mat narrowed = scope.keep(new Mat());
        decoded.convertTo(narrowed, CvType.CV_8U, 1.0 / 256, DOWN);
        return narrowed;
    }

    private static Mat decode(PictureFormat format, byte[] picture, int flags, MatScope scope)
            throws PictureRefusedException {
        try {
            Mat decoded = scope.keep(Imgcodecs.imdecode(scope.keep(new MatOfByte(picture)), flags));
            if (!decoded.empty()) {
                return decoded;
            }
        } catch (CvException broken) {
            throw PictureRefusedException.broken(format);
        }
        throw PictureRefusedException.broken(format);
    }
}
