package dev.sluice.queue;

import java.time.Duration;

/**
 * The times and limits that workers of one deployment share.
 *
 * @param deadAfter a worker silent for this long is dead
 * @param tick how often the living look after the dead
 * @param outcomeTtl how long an outcome can be fetched
 * @param mostDeaths at this many deaths a job becomes a dead letter
 * @param deadLetterBytes together at most, the oldest go first
 * @param deadLetterAge kept at most this long
 * @param logBytes of the prediction log at most, the oldest go first; 0 for none
 */
public record LeaseTerms(
        Duration deadAfter,
        Duration tick,
        Duration outcomeTtl,
        int mostDeaths,
        long deadLetterBytes,
        Duration deadLetterAge,
        long logBytes) {
    public static final LeaseTerms DEFAULT = new LeaseTerms(
            Duration.ofSeconds(2), Duration.ofMillis(250), Duration.ofMinutes(15), 3, 64L << 20, Duration.ofDays(7), 0);

    /** The same with a prediction log of that size. */
    public LeaseTerms withLogBytes(long bytes) {
        return new LeaseTerms(deadAfter, tick, outcomeTtl, mostDeaths, deadLetterBytes, deadLetterAge, bytes);
    }

    /** Renewing this often leaves room for three lost renewals. */
    public Duration renewEvery() {
        return deadAfter.dividedBy(4);
    }

    /** Nobody looked after the dead for this long: shorter than any alive key lasts, longer than a tick may be late. */
    public Duration standstill() {
        return deadAfter.dividedBy(2);
    }
}
