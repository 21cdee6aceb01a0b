package dev.sluice.worker.picture;

import org.opencv.core.CvType;
import org.opencv.core.Mat;

/** The one colour whose pixels are transparent. */
record ColourKey(int red, int green, int blue) {

    /** Blue, green, red, alpha of a grey picture or one without alpha. */
    Mat clear(Mat picture, MatScope scope) {
        int width = picture.cols();
        int channels = picture.channels();
        Mat bgra = scope.keep(new Mat(picture.rows(), width, CvType.CV_8UC4));
        byte[] from = new byte[channels * width];
        byte[] to = new byte[4 * width];
        for (int row = 0; row < picture.rows(); row++) {
            picture.get(row, 0, from);
            for (int x = 0; x < width; x++) {
                byte b = from[channels * x];
                byte g = channels == 1 ? b : from[channels * x + 1];
                byte r = channels == 1 ? b : from[channels * x + 2];
                boolean transparent = b == (byte) blue && g == (byte) green && r == (byte) red;
                to[4 * x] = b;
                to[4 * x + 1] = g;
                to[4 * x + 2] = r;
                to[4 * x + 3] = transparent ? 0 : (byte) 0xFF;
            }
            bgra.put(row, 0, to);
        }
        return bgra;
    }
}
