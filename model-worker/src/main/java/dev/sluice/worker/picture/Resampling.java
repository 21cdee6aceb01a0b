package dev.sluice.worker.picture;

import org.opencv.core.Mat;

/**
 * A picture scaled and a part of it cut out, in one go: only what is in the cut is computed. First along the rows, then along the
 * columns, rounded to eight bits in between, as Pillow does it. OpenCV's INTER_AREA weighs the pixels at a box's edge by how much of
 * them is covered, Pillow's BOX does not, and a classifier's answers differ by several hundredths between the two.
 */
final class Resampling {
    private static final int CHANNELS = 3;
    private static final int HALF = 1 << (ResampleWindow.PRECISION - 1);

    private final ResampleWindow columns;
    private final ResampleWindow rows;

    Resampling(ResampleWindow columns, ResampleWindow rows) {
        this.columns = columns;
        this.rows = rows;
    }

    /** Three interleaved channels, row after row. */
    byte[] of(Mat picture) {
        int width = columns.first().length;
        int stride = CHANNELS * width;
        int height = rows.first().length;
        byte[] source = new byte[CHANNELS * picture.cols()];
        byte[] narrowed = new byte[stride * (rows.end() - rows.begin())];
        for (int y = rows.begin(); y < rows.end(); y++) {
            picture.get(y, 0, source);
            alongRow(source, narrowed, stride * (y - rows.begin()));
        }
        byte[] scaled = new byte[stride * height];
        for (int y = 0; y < height; y++) {
            alongColumns(
                    narrowed, stride * (rows.first()[y] - rows.begin()), rows.weights()[y], scaled, stride * y, stride);
        }
        return scaled;
    }

    private void alongRow(byte[] source, byte[] target, int offset) {
        int to = offset;
        for (int x = 0; x < columns.first().length; x++) {
            int from = CHANNELS * columns.first()[x];
            int blue = HALF;
            int green = HALF;
            int red = HALF;
            for (int weight : columns.weights()[x]) {
                blue += (source[from] & 0xFF) * weight;
                green += (source[from + 1] & 0xFF) * weight;
                red += (source[from + 2] & 0xFF) * weight;
                from += CHANNELS;
            }
            target[to] = level(blue);
            target[to + 1] = level(green);
            target[to + 2] = level(red);
            to += CHANNELS;
        }
    }

    private static void alongColumns(byte[] source, int from, int[] weights, byte[] target, int to, int stride) {
        int[] sums = new int[stride];
        int start = from;
        for (int weight : weights) {
            for (int i = 0; i < stride; i++) {
                sums[i] += (source[start + i] & 0xFF) * weight;
            }
            start += stride;
        }
        for (int i = 0; i < stride; i++) {
            target[to + i] = level(sums[i] + HALF);
        }
    }

    /** Weights sum to one within a rounding each, so a sum may leave the range by as little. */
    private static byte level(int sum) {
        return (byte) Math.clamp(sum >> ResampleWindow.PRECISION, 0, 255);
    }
}
