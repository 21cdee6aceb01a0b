package dev.sluice.bench.load;

import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts what becomes of those who come while it is measured, each by the moment at which it was to come. */
final class OverloadTally {
    private static final long LONGEST_MICROS = 120_000_000;
    private static final int DIGITS = 3;

    private final Histogram lag = new Histogram(LONGEST_MICROS, DIGITS);
    private final Histogram answers = new Histogram(LONGEST_MICROS, DIGITS);
    private final Histogram refusals = new Histogram(LONGEST_MICROS, DIGITS);
    private final byte[] expected;
    private final long patienceNanos;
    private long fromNanos;
    private long toNanos;
    private long withoutConnection;
    private long right;
    private long late;
    private final SortedMap<String, Long> failures = new TreeMap<>();

    OverloadTally(byte[] expected, Duration patience) {
        this.expected = expected;
        this.patienceNanos = patience.toNanos();
    }

    void countBetween(long from, long to) {
        fromNanos = from;
        toNanos = to;
    }

    void withoutConnection(long due) {
        if (counts(due)) {
            withoutConnection++;
        }
    }

    void sent(long due) {
        if (counts(due)) {
            lag.recordValue(microsSince(due));
        }
    }

    void answered(ResponseReader response, long due) {
        if (!counts(due)) {
            return;
        }
        switch (Verdict.on(response, expected)) {
            case RIGHT -> {
                if (System.nanoTime() - due <= patienceNanos) {
                    right++;
                    answers.recordValue(microsSince(due));
                } else {
                    late++;
                }
            }
            case REFUSED -> refusals.recordValue(microsSince(due));
            case WRONG -> failures.merge("status " + response.status(), 1L, Long::sum);
        }
    }

    void givenUp(long due) {
        if (counts(due)) {
            late++;
        }
    }

    void broken(long due) {
        if (counts(due)) {
            failures.merge("broken", 1L, Long::sum);
        }
    }

    OverloadFigures figures() {
        return new OverloadFigures(
                right, late, failures, withoutConnection, (toNanos - fromNanos) / 1e9, answers, refusals, lag);
    }

    private boolean counts(long due) {
        return due - fromNanos >= 0 && due - toNanos < 0;
    }

    private static long microsSince(long due) {
        return Math.clamp((System.nanoTime() - due) / 1_000, 0, LONGEST_MICROS);
    }
}
