package dev.sluice.worker.picture;

import dev.sluice.job.Failure;
import org.jspecify.annotations.Nullable;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * From an encoded picture to a model's input, as the version's metadata describes it: channels × height × width, red first. Scaling is
 * the box average when shrinking (Pillow's BOX, OpenCV's INTER_AREA) and bilinear when enlarging.
 *
 * @param resizeShort what the short side is scaled to before the centre is cut out; null: squashed to width × height
 * @param normalization means and deviations on the range 0 to 1
 */
public record PicturePreparation(
        int width, int height, @Nullable Integer resizeShort, Background background, Normalization normalization) {
    private static final int CHANNELS = 3;

    /** @throws IllegalArgumentException when the cut does not lie within the scaled picture */
    public PicturePreparation {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("width and height are at least 1");
        }
        if (resizeShort != null && resizeShort < Math.max(width, height)) {
            throw new IllegalArgumentException("resizeShort is not below width and height");
        }
    }

    /** How many numbers a prepared picture has. */
    public int values() {
        return CHANNELS * height * width;
    }

    /** Decodes, scales and normalizes one picture. */
    public float[] prepare(byte[] picture, ImageDecoder decoder) throws PictureRefusedException {
        try (MatScope scope = new MatScope()) {
            Mat decoded = decoder.decode(picture, background, scope);
            return normalized(scaled(decoded, decoder.maxPixels(), scope));
        }
    }

    private Mat scaled(Mat picture, long maxPixels, MatScope scope) throws PictureRefusedException {
        if (resizeShort == null) {
            return resize(picture, width, height, scope);
        }
        boolean upright = picture.cols() <= picture.rows();
        long longSide = (long) resizeShort
                * Math.max(picture.cols(), picture.rows())
                / Math.min(picture.cols(), picture.rows());
        // A strip of one pixel's width would become gigabytes.
        if (longSide * resizeShort > maxPixels) {
            throw new PictureRefusedException(
                    Failure.Kind.TOO_MANY_PIXELS,
                    "%d x %d is so narrow that it would be scaled to more than %d pixels"
                            .formatted(picture.cols(), picture.rows(), maxPixels));
        }
        Mat scaled = upright
                ? resize(picture, resizeShort, (int) longSide, scope)
                : resize(picture, (int) longSide, resizeShort, scope);
        // Half a pixel goes up.
        int left = (scaled.cols() - width + 1) / 2;
        int top = (scaled.rows() - height + 1) / 2;
        return scope.keep(scaled.submat(new Rect(left, top, width, height)));
    }

    private static Mat resize(Mat picture, int width, int height, MatScope scope) {
        if (picture.cols() == width && picture.rows() == height) {
            return picture;
        }
        boolean shrinks = width <= picture.cols() && height <= picture.rows();
        Mat scaled = scope.keep(new Mat());
        Imgproc.resize(
                picture, scaled, new Size(width, height), 0, 0, shrinks ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR);
        return scaled;
    }

    private float[] normalized(Mat picture) {
        byte[] bgr = new byte[values()];
        picture.get(0, 0, bgr);
        int plane = width * height;
        float[] chw = new float[CHANNELS * plane];
        for (int channel = 0; channel < CHANNELS; channel++) {
            float[] levels = normalization.levels(channel);
            int from = CHANNELS - 1 - channel;
            int to = channel * plane;
            for (int i = 0; i < plane; i++) {
                chw[to + i] = levels[bgr[from + CHANNELS * i] & 0xFF];
            }
        }
        return chw;
    }
}
