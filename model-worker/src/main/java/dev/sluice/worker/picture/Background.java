package dev.sluice.worker.picture;

import org.opencv.core.CvType;
import org.opencv.core.Mat;

/** The colour that shows through where a picture is transparent, each part 0 to 255. */
public record Background(int red, int green, int blue) {
    public static final Background WHITE = new Background(255, 255, 255);

    /** @throws IllegalArgumentException when a part is no byte */
    public Background {
        if (!isByte(red) || !isByte(green) || !isByte(blue)) {
            throw new IllegalArgumentException("a background is three numbers from 0 to 255");
        }
    }

    /** Blends blue, green, red, alpha onto this colour; row by row, so that little memory is needed beside the picture. */
    Mat under(Mat bgra, MatScope scope) {
        int width = bgra.cols();
        Mat bgr = scope.keep(new Mat(bgra.rows(), width, CvType.CV_8UC3));
        byte[] from = new byte[4 * width];
        byte[] to = new byte[3 * width];
        for (int row = 0; row < bgra.rows(); row++) {
            bgra.get(row, 0, from);
            for (int x = 0; x < width; x++) {
                int alpha = from[4 * x + 3] & 0xFF;
                to[3 * x] = blend(from[4 * x], blue, alpha);
                to[3 * x + 1] = blend(from[4 * x + 1], green, alpha);
                to[3 * x + 2] = blend(from[4 * x + 2], red, alpha);
            }
            bgr.put(row, 0, to);
        }
        return bgr;
    }

    /** In fixed point of seven bits, rounded as Pillow's AlphaComposite.c does. */
    private static byte blend(byte over, int under, int alpha) {
        int sum = (((over & 0xFF) * alpha + under * (255 - alpha)) << 7) + (0x80 << 7);
        return (byte) ((((sum >> 8) + sum) >> 8) >> 7);
    }

    private static boolean isByte(int part) {
        return part >= 0 && part <= 255;
    }
}
