package dev.sluice.worker.picture;

import java.util.stream.IntStream;

/**
 * Which pixels of one line, with which weights, make each wanted pixel of the scaled line. The arithmetic is Pillow's (Resample.c), so
 * that a model sees here what it saw in training.
 *
 * @param first the first source pixel of each scaled one
 * @param weights of the source pixels from there, in fixed point of {@link #PRECISION} bits
 */
record ResampleWindow(int[] first, int[][] weights) {
    static final int PRECISION = 22;

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
        int[][] weights = new int[count][];
        for (int i = 0; i < count; i++) {
            double centre = (start + i + 0.5) * scale;
            int low = Math.max(0, (int) (centre - support + 0.5));
            int high = Math.min(from, (int) (centre + support + 0.5));
            first[i] = low;
            weights[i] = fixedPoint(IntStream.range(low, high)
                    .mapToDouble(x -> filter.at((x - centre + 0.5) / spread))
                    .toArray());
        }
        return new ResampleWindow(first, weights);
    }

    /** The first source pixel that any of them needs. */
    int begin() {
        return first[0];
    }

    /** One past the last source pixel that any of them needs. */
    int end() {
        int last = first.length - 1;
        return first[last] + weights[last].length;
    }

    private static int[] fixedPoint(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        int[] fixed = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            fixed[i] = (int) (0.5 + weights[i] / sum * (1 << PRECISION));
        }
        return fixed;
    }
}
