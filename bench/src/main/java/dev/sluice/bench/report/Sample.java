package dev.sluice.bench.report;

import dev.sluice.bench.load.Figures;
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
}
