package dev.sluice.bench.report;

import dev.sluice.bench.load.OverloadFigures;
import java.util.Locale;

/**
 * One time that a contestant was asked for more than it can do.
 *
 * @param work what was asked
 * @param round from 1
 * @param capacity answers per second in a closed loop, shortly before
 * @param recoverySeconds until a lone client was answered at once again; infinite when that did not come about
 * @param foreignShare of the machine's processor time that others used meanwhile
 */
public record Overload(
        String contestant,
        String work,
        int round,
        double capacity,
        OverloadFigures figures,
        double recoverySeconds,
        double foreignShare) {

    /** A tenth of the clients' patience. */
    private static final double MOST_LAG_MS = 200;

    /** Whether the generator kept to its moments: else clients were late before they had come. */
    public boolean isSound() {
        return figures.lagP99() <= MOST_LAG_MS;
    }

    /** Right answers in time, as a part of the capacity. */
    public double goodput() {
        return figures.rightPerSecond() / capacity;
    }

    /** Clients, as a multiple of the capacity. */
    public double offered() {
        return figures.offeredPerSecond() / capacity;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "round %d  %-26s %-26s %,10.0f/s  offered %.1f of capacity, right in time %.2f of it; refused %d (p99 %.1f ms), late %d, failed %d %s, no connection %d; recovers in %.1f s; lag %.1f ms; foreign load %.0f %%",
                round,
                contestant,
                work + ", overload",
                figures.rightPerSecond(),
                offered(),
                goodput(),
                figures.refused(),
                figures.refusalP99(),
                figures.late(),
                figures.failed(),
                figures.failures(),
                figures.withoutConnection(),
                recoverySeconds,
                figures.lagP99(),
                100 * foreignShare);
    }
}
