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
        int stride = CHANNELS * columns.count();
        // Behind the last pixel stands what the window's zero weights fall on.
        byte[] source = new byte[CHANNELS * (picture.cols() + columns.taps())];
        byte[] line = new byte[CHANNELS * picture.cols()];
        byte[] narrowed = new byte[stride * (rows.end() - rows.begin() + rows.taps())];
        for (int y = rows.begin(); y < rows.end(); y++) {
            picture.get(y, 0, line);
            System.arraycopy(line, 0, source, 0, line.length);
            alongRow(source, narrowed, stride * (y - rows.begin()));
        }
        byte[] scaled = new byte[stride * rows.count()];
        for (int y = 0; y < rows.count(); y++) {
            alongColumns(narrowed, stride * (rows.first()[y] - rows.begin()), y, scaled, stride);
        }
        return scaled;
    }

    /** The arrays stand in variables: that takes half the time. */
    private void alongRow(byte[] source, byte[] target, int offset) {
        int[] first = columns.first();
        int[] weights = columns.weights();
        int taps = columns.taps();
        int to = offset;
        int at = 0;
        for (int pixel : first) {
            int from = CHANNELS * pixel;
            int blue = HALF;
            int green = HALF;
            int red = HALF;
            for (int tap = 0; tap < taps; tap++) {
                int weight = weights[at++];
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

    private void alongColumns(byte[] source, int from, int y, byte[] target, int stride) {
        int taps = rows.taps();
        int[] weights = rows.weights();
        int to = stride * y;
        if (taps == 2) {
            // In one go, which vector instructions do: the usual case, a photograph that shrinks, but not to less than
            // a half.
            int upper = weights[2 * y];
            int lower = weights[2 * y + 1];
            for (int i = 0; i < stride; i++) {
                target[to + i] =
                        level(HALF + (source[from + i] & 0xFF) * upper + (source[from + stride + i] & 0xFF) * lower);
            }
            return;
        }
        int[] sums = new int[stride];
        for (int tap = 0; tap < taps; tap++) {
            int weight = weights[taps * y + tap];
            int start = from + tap * stride;
            for (int i = 0; i < stride; i++) {
                sums[i] += (source[start + i] & 0xFF) * weight;
            }
        }
        for (int i = 0; i < stride; i++) {
            target[to + i] = level(sums[i] + HALF);
        }
    }

    /** Weights sum to one within a rounding each, and none is below zero: a sum may go beyond the range by as little, upwards. */
    private static byte level(int sum) {
        return (byte) Math.min(sum >> ResampleWindow.PRECISION, 255);
    }
}
