package dev.sluice.bench.report;

import dev.sluice.bench.load.Figures;
import java.util.Locale;
import java.util.Map;

/**
 * One measurement of one contestant.
 *
 * @param task what was asked, over how many connections
 * @param round from 1
 * @param cpuPerThousand seconds of processor time for a thousand right answers, by part
 * @param residentMb of all parts together
 * @param readySeconds from its start to its first right answer
 * @param foreignShare of the machine's processor time that others used meanwhile
 */
public record Sample(
        String contestant,
        String task,
        int round,
        Figures figures,
        Map<String, Double> cpuPerThousand,
        long residentMb,
        double readySeconds,
        double foreignShare) {

    /** Of all parts together. */
    public double wholeCpuPerThousand() {
        return cpuPerThousand.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "round %d  %-26s %-26s %,10.0f/s  p50 %8.2f ms  p99 %8.2f ms  failed %d  foreign load %.0f %%",
                round,
                contestant,
                task,
                figures.perSecond(),
                figures.p50(),
                figures.p99(),
                figures.failed() + figures.refused(),
                100 * foreignShare);
    }
}
