package dev.sluice.bench.load;

import org.HdrHistogram.Histogram;

/** Counts answers until measuring ends. */
final class Tally {
    private static final long LONGEST_MICROS = 120_000_000;
    private static final int DIGITS = 3;

    private final Histogram latency = new Histogram(LONGEST_MICROS, DIGITS);
    private final byte[] expected;
    private final long fromNanos;
    private final long toNanos;
    private long right;
    private long refused;
    private long failed;

    Tally(byte[] expected, long fromNanos, long toNanos) {
        this.expected = expected;
        this.fromNanos = fromNanos;
        this.toNanos = toNanos;
    }

    /** @param sinceNanos when the request was sent */
    void answered(ResponseReader response, long sinceNanos) {
        long now = System.nanoTime();
        if (now - toNanos >= 0) {
            return;
        }
        switch (Verdict.on(response, expected)) {
            case RIGHT -> {
                right++;
                latency.recordValue(Math.min(LONGEST_MICROS, (now - sinceNanos) / 1_000));
            }
            case REFUSED -> refused++;
            case WRONG -> failed++;
        }
    }

    void broken() {
        failed++;
    }

    Figures figures() {
        return new Figures(right, refused, failed, (toNanos - fromNanos) / 1e9, latency);
    }
}
