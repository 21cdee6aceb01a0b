package dev.sluice.worker.picture;

import dev.sluice.job.Failure;
import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import dev.sluice.picture.UnservedFormat;
import java.nio.file.Path;
import java.util.Optional;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/** Any served format, colour model and depth becomes upright 8-bit blue, green, red, as Pillow makes it. Safe for many threads. */
public final class ImageDecoder {
    private final JpegDecoder jpegs;
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
        this.jpegs = new JpegDecoder(turboJpeg);
    }

    /** The matrix belongs to the scope. */
    Mat decode(byte[] picture, Background background, MatScope scope) throws PictureRefusedException {
        PictureHeader header = PictureHeader.read(picture)
                .orElseThrow(() -> PictureRefusedException.undecodable(UnservedFormat.refusalOf(picture)));
        requirePixels(header.width(), header.height(), maxPixels);
        Mat decoded = switch (header.format()) {
            case JPEG -> jpegs.decode(picture, header, scope);
            case PNG -> PngDecoder.decode(picture, scope);
            case GIF -> GifDecoder.decode(picture, maxPixels, scope);
            case WEBP -> WebpDecoder.decode(picture, header, scope);
            case BMP -> BmpDecoder.decode(picture, header, scope);
            case TIFF -> TiffDecoder.decode(picture, header, maxPixels, scope);
        };
        Mat colour = threeChannels(header.format(), decoded, background, scope);
        return Orientation.of(PictureMetadata.of(header.format(), picture)).upright(colour, scope);
    }

    static void requirePixels(int width, int height, long maxPixels) throws PictureRefusedException {
        if ((long) width * height > maxPixels) {
            throw new PictureRefusedException(
                    Failure.Kind.TOO_MANY_PIXELS, PictureHeader.refusalOfPixels(width, height, maxPixels));
        }
    }

    private static Mat threeChannels(PictureFormat format, Mat decoded, Background background, MatScope scope)
            throws PictureRefusedException {
        return switch (decoded.channels()) {
            case 3 -> decoded;
            case 4 -> background.under(decoded, scope);
            case 1 -> {
                Mat colour = scope.keep(new Mat());
                Imgproc.cvtColor(decoded, colour, Imgproc.COLOR_GRAY2BGR);
                yield colour;
            }
            default -> throw PictureRefusedException.broken(format);
        };
    }
}
