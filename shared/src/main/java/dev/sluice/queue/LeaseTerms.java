package dev.sluice.queue;

import java.time.Duration;

/**
 * The times and limits that workers of one deployment share.
 *
 * @param deadAfter a worker without a sign of life for this long is dead
 * @param tick interval between two reclaims
 * @param outcomeTtl how long an outcome is stored
 * @param mostDeaths at this many deaths a job becomes a dead letter
 * @param deadLetterBytes limit of all dead letters together; the oldest are deleted first
 * @param deadLetterAge dead letters are deleted after this time
 * @param logBytes limit of the prediction log; the oldest entries are dropped first; 0 for no log
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

    /** The same terms with a prediction log of that size. */
    public LeaseTerms withLogBytes(long bytes) {
        return new LeaseTerms(deadAfter, tick, outcomeTtl, mostDeaths, deadLetterBytes, deadLetterAge, bytes);
    }

    /** The interval of renewals: up to three may be lost. */
    public Duration renewEvery() {
        return deadAfter.dividedBy(4);
    }

    /** A gap between two reclaims that counts as a standstill: shorter than the life of an alive key, longer than a delayed tick. */
    public Duration standstill() {
        return deadAfter.dividedBy(2);
    }
}
