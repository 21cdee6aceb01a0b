package dev.sluice.worker.picture;

import dev.sluice.job.Failure;
import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import java.nio.file.Path;
import java.util.Optional;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** Any served format, colour model and depth becomes upright 8-bit blue, green, red. Safe for many threads. */
public final class ImageDecoder {
    /** Sixteen bits onto eight. */
    private static final double TO_EIGHT_BITS = 1.0 / 257;

    /** A progressive JPEG has about ten. */
    private static final int MOST_SCANS = 100;

    private final Optional<TurboJpeg> turboJpeg;
    private final long maxPixels;

    /**
     * @param natives folder for OpenCV's native library, kept from run to run
     * @param maxPixels a picture with more is refused by its header, before anything is decoded
     */
    public ImageDecoder(Path natives, long maxPixels) {
        this(natives, maxPixels, TurboJpeg.installed());
    }

    /** @param turboJpeg decodes the JPEG files that it can; all others OpenCV does */
    ImageDecoder(Path natives, long maxPixels, Optional<TurboJpeg> turboJpeg) {
        OpenCvLibrary.load(natives);
        this.maxPixels = maxPixels;
        this.turboJpeg = turboJpeg;
    }

    /** The matrix belongs to the scope. */
    Mat decode(byte[] picture, Background background, MatScope scope) throws PictureRefusedException {
        PictureHeader header = PictureHeader.read(picture)
                .orElseThrow(() -> PictureRefusedException.undecodable(
                        "neither JPEG, PNG, WebP, GIF, BMP nor TIFF, or cut off within its header"));
        requirePixels(header.width(), header.height(), maxPixels);
        if (header.format() == PictureFormat.JPEG) {
            requireSound(JpegOutline.of(picture));
        }
        Mat decoded = switch (header.format()) {
            case GIF -> GifFrame.decode(picture, maxPixels, scope);
            case JPEG -> decodeJpeg(picture, header, scope);
            case PNG, WEBP, TIFF, BMP -> decodeByOpenCv(header.format(), picture, scope);
        };
        Mat colour = threeChannels(eightBits(decoded, scope), background, scope);
        return ExifOrientation.of(header.format(), picture).upright(colour, scope);
    }

    static void requirePixels(int width, int height, long maxPixels) throws PictureRefusedException {
        if ((long) width * height > maxPixels) {
            throw new PictureRefusedException(
                    Failure.Kind.TOO_MANY_PIXELS,
                    "%d x %d pixels, more than the %d that are decoded".formatted(width, height, maxPixels));
        }
    }

    private static void requireSound(JpegOutline jpeg) throws PictureRefusedException {
        if (!jpeg.isWhole()) {
            throw PictureRefusedException.undecodable("the JPEG is cut off");
        }
        if (jpeg.scans() > MOST_SCANS) {
            throw PictureRefusedException.undecodable(
                    "the JPEG has %d scans, more than the %d that are decoded".formatted(jpeg.scans(), MOST_SCANS));
        }
    }

    private Mat decodeJpeg(byte[] picture, PictureHeader header, MatScope scope) throws PictureRefusedException {
        Optional<Mat> fast = turboJpeg.flatMap(library -> library.decode(picture, header, scope));
        return fast.isPresent() ? fast.get() : decodeByOpenCv(PictureFormat.JPEG, picture, scope);
    }

    private static Mat decodeByOpenCv(PictureFormat format, byte[] picture, MatScope scope)
            throws PictureRefusedException {
        int flags = switch (format) {
            // JPEG knows no alpha, and the fourth byte of a BMP's pixel means nothing; CMYK becomes colour here.
            case JPEG, BMP -> Imgcodecs.IMREAD_COLOR | Imgcodecs.IMREAD_IGNORE_ORIENTATION;
            case PNG, WEBP, TIFF, GIF -> Imgcodecs.IMREAD_UNCHANGED;
        };
        try {
            Mat decoded = scope.keep(Imgcodecs.imdecode(scope.keep(new MatOfByte(picture)), flags));
            if (decoded.empty()) {
                throw PictureRefusedException.undecodable(
                        "the %s cannot be decoded: it is cut off, broken or of a rare kind".formatted(format));
            }
            return decoded;
        } catch (CvException e) {
            throw PictureRefusedException.undecodable(
                    "the %s cannot be decoded: it is broken or of a rare kind".formatted(format));
        }
    }

    private static Mat eightBits(Mat decoded, MatScope scope) throws PictureRefusedException {
        return switch (decoded.depth()) {
            case CvType.CV_8U -> decoded;
            case CvType.CV_16U -> {
                Mat narrowed = scope.keep(new Mat());
                decoded.convertTo(narrowed, CvType.CV_8U, TO_EIGHT_BITS);
                yield narrowed;
            }
            default -> throw PictureRefusedException.undecodable("pixels of neither 8 nor 16 bits");
        };
    }

    private static Mat threeChannels(Mat decoded, Background background, MatScope scope)
            throws PictureRefusedException {
        return switch (decoded.channels()) {
            case 3 -> decoded;
            case 4 -> background.under(decoded, scope);
            case 1 -> {
                Mat colour = scope.keep(new Mat());
                Imgproc.cvtColor(decoded, colour, Imgproc.COLOR_GRAY2BGR);
                yield colour;
            }
            default -> throw PictureRefusedException.undecodable(decoded.channels() + " channels");
        };
    }
}
