package dev.sluice.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What came of a load.
 *
 * @param right answered 200 with what was expected
 * @param refused answered 429 or 503
 * @param failed everything else
 * @param seconds of measuring
 * @param latency of the right ones, in microseconds
 */
public record Figures(long right, long refused, long failed, double seconds, Histogram latency) {

    public double perSecond() {
        return right / seconds;
    }

    /** Milliseconds. */
    public double p50() {
        return latency.getValueAtPercentile(50) / 1e3;
    }

    /** Milliseconds. */
    public double p99() {
        return latency.getValueAtPercentile(99) / 1e3;
    }
}
