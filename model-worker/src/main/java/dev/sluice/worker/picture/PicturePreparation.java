package dev.sluice.worker.picture;

import org.jspecify.annotations.Nullable;
import org.opencv.core.Mat;

/**
 * Converts an encoded picture to a model's input, as the version's metadata describes it: channels × height × width, red first. Scaling
 * uses the box average when shrinking (Pillow's BOX) and bilinear interpolation when enlarging (Pillow's BILINEAR).
 *
 * @param resizeShort length of the short side before the centre crop; null scales to width × height without keeping the proportions
 * @param normalization means and deviations on the range 0 to 1
 */
public record PicturePreparation(
        int width, int height, @Nullable Integer resizeShort, Background background, Normalization normalization) {
    private static final int CHANNELS = 3;

    /** @throws IllegalArgumentException when the crop is not within the scaled picture */
    public PicturePreparation {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "the model's input size is %d x %d: use a width and a height of at least 1"
                            .formatted(width, height));
        }
        if (resizeShort != null && resizeShort < Math.max(width, height)) {
            throw new IllegalArgumentException("'resizeShort' is %d: use at least the width %d and the height %d"
                    .formatted(resizeShort, width, height));
        }
    }

    /** How many numbers a prepared picture has. */
    public int values() {
        return CHANNELS * height * width;
    }

    /** Decodes and scales one picture. */
    public ScaledPicture prepare(byte[] picture, ImageDecoder decoder) throws PictureRefusedException {
        try (MatScope scope = new MatScope()) {
            return new ScaledPicture(scaled(decoder.decode(picture, background, scope)), width, normalization);
        }
    }

    /** Three interleaved channels, blue first. */
    private byte[] scaled(Mat picture) {
        if (resizeShort == null) {
            return scaled(picture, width, height);
        }
        long shortSide = Math.min(picture.cols(), picture.rows());
        long longSide = resizeShort * (long) Math.max(picture.cols(), picture.rows()) / shortSide;
        return picture.cols() <= picture.rows()
                ? scaled(picture, resizeShort, Math.toIntExact(longSide))
                : scaled(picture, Math.toIntExact(longSide), resizeShort);
    }

    /** Scaled to that size; its centre, width × height. */
    private byte[] scaled(Mat picture, int fullWidth, int fullHeight) {
        boolean shrinks = fullWidth <= picture.cols() && fullHeight <= picture.rows();
        ResampleWindow.Filter filter = shrinks ? ResampleWindow.Filter.BOX : ResampleWindow.Filter.BILINEAR;
        // Half a pixel goes up.
        int left = (fullWidth - width + 1) / 2;
        int top = (fullHeight - height + 1) / 2;
        return new Resampling(
                        ResampleWindow.of(filter, picture.cols(), fullWidth, left, width),
                        ResampleWindow.of(filter, picture.rows(), fullHeight, top, height))
                .of(picture);
    }
}
