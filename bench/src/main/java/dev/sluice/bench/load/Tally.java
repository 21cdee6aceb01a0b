package dev.sluice.bench.load;

import org.HdrHistogram.Histogram;

/** Counts answers, from the moment that measuring begins. */
final class Tally {
    private static final long LONGEST_MICROS = 120_000_000;
    private static final int DIGITS = 3;
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

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
        if (!counts(now)) {
            return;
        }
        long micros = Math.min(LONGEST_MICROS, (now - sinceNanos) / 1_000);
        int status = response.status();
        if (status == OK && response.bodyHolds(expected)) {
            right++;
            latency.recordValue(micros);
        } else if (status == TOO_MANY || status == UNAVAILABLE) {
            refused++;
        } else {
            failed++;
        }
    }

    void broken() {
        if (counts(System.nanoTime())) {
            failed++;
        }
    }

    Figures figures() {
        return new Figures(right, refused, failed, (toNanos - fromNanos) / 1e9, latency);
    }

    private boolean counts(long now) {
        return now - fromNanos >= 0 && now - toNanos < 0;
    }
}
