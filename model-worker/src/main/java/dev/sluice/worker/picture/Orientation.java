package dev.sluice.worker.picture;

import dev.sluice.picture.TiffDirectory;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opencv.core.Core;
import org.opencv.core.Mat;

/** How a picture must be turned to stand upright, in the order of EXIF's numbers from 1. */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    UPSIDE_DOWN,
    UPSIDE_DOWN_MIRRORED,
    MIRRORED_ON_LEFT_SIDE,
    ON_LEFT_SIDE,
    MIRRORED_ON_RIGHT_SIDE,
    ON_RIGHT_SIDE;

    private static final Pattern IN_XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

    /** EXIF goes before XMP. Upright when neither says otherwise in a number from 1 to 8. */
    static Orientation of(PictureMetadata metadata) {
        Optional<TiffDirectory> exif = metadata.exif().filter(found -> found.has(TiffDirectory.ORIENTATION));
        return exif.isPresent()
                ? ofNumber(exif.get().number(TiffDirectory.ORIENTATION).orElse(1))
                : metadata.xmp().map(Orientation::inXmp).orElse(UPRIGHT);
    }

    private static Orientation inXmp(String xmp) {
        Matcher found = IN_XMP.matcher(xmp);
        return found.find() ? ofNumber(Integer.parseInt(found.group(1))) : UPRIGHT;
    }

    private static Orientation ofNumber(double number) {
        boolean known = number >= 1 && number <= values().length && number == Math.rint(number);
        return known ? values()[(int) number - 1] : UPRIGHT;
    }

    /** The picture upright, in the same matrix or a new one that belongs to the scope. */
    Mat upright(Mat picture, MatScope scope) {
        return switch (this) {
            case UPRIGHT -> picture;
            case MIRRORED -> flipped(picture, 1, scope);
            case UPSIDE_DOWN -> flipped(picture, -1, scope);
            case UPSIDE_DOWN_MIRRORED -> flipped(picture, 0, scope);
            case MIRRORED_ON_LEFT_SIDE -> transposed(picture, scope);
            case ON_LEFT_SIDE -> flipped(transposed(picture, scope), 1, scope);
            case MIRRORED_ON_RIGHT_SIDE -> flipped(transposed(picture, scope), -1, scope);
            case ON_RIGHT_SIDE -> flipped(transposed(picture, scope), 0, scope);
        };
    }

    private static Mat flipped(Mat picture, int code, MatScope scope) {
        Mat flipped = scope.keep(new Mat());
        Core.flip(picture, flipped, code);
        return flipped;
    }

    private static Mat transposed(Mat picture, MatScope scope) {
        Mat transposed = scope.keep(new Mat());
        Core.transpose(picture, transposed);
        return transposed;
    }
}
