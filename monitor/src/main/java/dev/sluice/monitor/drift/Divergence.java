package dev.sluice.monitor.drift;

import java.util.Arrays;
import org.apache.commons.statistics.inference.ChiSquareTest;

/**
 * Measures of the difference between two histograms over the same bins.
 *
 * @param psi population stability index, the Kullback-Leibler divergences of both directions together (natural logarithm); a share of zero
 *     counts as {@link #LEAST_SHARE}
 * @param jensenShannon the distance, that is the square root of the divergence to base 2: 0 for the same, 1 for nothing in common
 * @param pValue of the chi-square test: the probability of such a difference if both have the same distribution; 1 if one bin contains
 *     everything
 */
record Divergence(double psi, double jensenShannon, double pValue) {
    /** As in Evidently: otherwise a bin that is empty on one side would give an infinite distance. */
    static final double LEAST_SHARE = 1e-4;

    /** Neither histogram may be empty. */
    static Divergence between(long[] baseline, long[] window) {
        double[] expected = shares(baseline);
        double[] found = shares(window);
        return new Divergence(psi(expected, found), jensenShannon(expected, found), pValue(baseline, window));
    }

    private static double[] shares(long[] counts) {
        double sum = Arrays.stream(counts).sum();
        if (sum <= 0) {
            throw new IllegalArgumentException("an empty histogram lies nowhere");
        }
        return Arrays.stream(counts).mapToDouble(count -> count / sum).toArray();
    }

    private static double psi(double[] expected, double[] found) {
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double p = expected[i] == 0 ? LEAST_SHARE : expected[i];
            double q = found[i] == 0 ? LEAST_SHARE : found[i];
            sum += (q - p) * Math.log(q / p);
        }
        return sum;
    }

    private static double jensenShannon(double[] expected, double[] found) {
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double middle = (expected[i] + found[i]) / 2;
            sum += relativeEntropy(expected[i], middle) + relativeEntropy(found[i], middle);
        }
        // Equal histograms may come out a rounding below zero.
        return Math.sqrt(Math.max(0, sum) / 2 / Math.log(2));
    }

    private static double relativeEntropy(double p, double q) {
        return p == 0 ? 0 : p * Math.log(p / q);
    }

    /** Bins that are empty on both sides are ignored. */
    private static double pValue(long[] baseline, long[] window) {
        int[] filled = java.util.stream.IntStream.range(0, baseline.length)
                .filter(i -> baseline[i] + window[i] > 0)
                .toArray();
        if (filled.length < 2) {
            return 1;
        }
        long[] expected = Arrays.stream(filled).mapToLong(i -> baseline[i]).toArray();
        long[] found = Arrays.stream(filled).mapToLong(i -> window[i]).toArray();
        return ChiSquareTest.withDefaults().test(expected, found).getPValue();
    }
}
