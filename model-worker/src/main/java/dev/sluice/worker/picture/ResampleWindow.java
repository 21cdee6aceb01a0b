package dev.sluice.worker.picture;

/**
 * Which pixels of one line, with which weights, make each wanted pixel of the scaled line. The arithmetic is Pillow's (Resample.c), so
 * that a model sees here what it saw in training. Every pixel has the same number of weights, so that the loop over them is the same for
 * all: where fewer would do, the last are zero, and fall on pixels that may lie beyond the line's end.
 */
final class ResampleWindow {
    /** Bits behind the point of the weights. */
    static final int PRECISION = 22;

    private final int[] first;
    private final int[] weights;
    private final int taps;
    private final int end;

    private ResampleWindow(int[] first, int[] weights, int taps, int end) {
        this.first = first;
        this.weights = weights;
        this.taps = taps;
        this.end = end;
    }

    /** How a line is scaled. */
    enum Filter {
        /** The plain average of the pixels under it. */
        BOX(0.5) {
            @Override
            double at(double x) {
                return x > -0.5 && x <= 0.5 ? 1 : 0;
            }
        },
        /** Linear between neighbours; wider when it shrinks. */
        BILINEAR(1) {
            @Override
            double at(double x) {
                return Math.max(0, 1 - Math.abs(x));
            }
        };

        private final double support;

        Filter(double support) {
            this.support = support;
        }

        abstract double at(double x);
    }

    /** Pixels {@code start} to {@code start + count} of a line that is scaled from one length to another. */
    static ResampleWindow of(Filter filter, int from, int to, int start, int count) {
        double scale = (double) from / to;
        double spread = Math.max(1, scale);
        double support = filter.support * spread;
        int[] first = new int[count];
        int[][] ragged = new int[count][];
        int taps = 0;
        for (int i = 0; i < count; i++) {
            double centre = (start + i + 0.5) * scale;
            int low = Math.max(0, (int) (centre - support + 0.5));
            int high = Math.min(from, (int) (centre + support + 0.5));
            first[i] = low;
            ragged[i] = fixedPoint(filter, low, high, centre, spread);
            taps = Math.max(taps, high - low);
        }
        int[] weights = new int[count * taps];
        for (int i = 0; i < count; i++) {
            System.arraycopy(ragged[i], 0, weights, i * taps, ragged[i].length);
        }
        return new ResampleWindow(first, weights, taps, first[count - 1] + ragged[count - 1].length);
    }

    /** Scaled pixels. */
    int count() {
        return first.length;
    }

    /** Weights of each scaled pixel. */
    int taps() {
        return taps;
    }

    /** Of each scaled pixel, the source pixel that its first weight falls on; not to be changed. */
    int[] first() {
        return first;
    }

    /** {@link #taps} for each scaled pixel, in fixed point of {@link #PRECISION} bits; not to be changed. */
    int[] weights() {
        return weights;
    }

    /** The first source pixel that any of them needs. */
    int begin() {
        return first[0];
    }

    /** One past the last source pixel that any of them needs. */
    int end() {
        return end;
    }

    private static int[] fixedPoint(Filter filter, int low, int high, double centre, double spread) {
        double[] weights = new double[high - low];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = filter.at((low + i - centre + 0.5) / spread);
            sum += weights[i];
        }
        int[] fixed = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            fixed[i] = (int) (0.5 + weights[i] / sum * (1 << PRECISION));
        }
        return fixed;
    }
}
