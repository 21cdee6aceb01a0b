package dev.sluice.bench.machine;

import java.util.LinkedHashMap;
import java.util.Map;

/** What those who are measured, and strangers, use of the machine's processors from now on. */
public final class Watch {
    private final Map<String, ProcessTree> watched;
    private final Map<String, Double> usedBefore;
    private final double ownBefore = ProcessTree.ownCpuSeconds();
    private final double busyBefore = Machine.busySeconds();
    private final long start = System.nanoTime();

    public Watch(Map<String, ProcessTree> watched) {
        this.watched = watched;
        this.usedBefore = used();
    }

    /**
     * Processor time.
     *
     * @param seconds of each of those who are watched
     * @param foreignShare of the machine that neither they nor this process used
     */
    public record Use(Map<String, Double> seconds, double foreignShare) {}

    public Use soFar() {
        double elapsed = (System.nanoTime() - start) / 1e9;
        double busy = Machine.busySeconds() - busyBefore;
        double own = ProcessTree.ownCpuSeconds() - ownBefore;
        Map<String, Double> seconds = used();
        seconds.replaceAll((part, total) -> total - usedBefore.getOrDefault(part, 0.0));
        double theirs =
                seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        return new Use(seconds, Math.max(0, busy - own - theirs) / (elapsed * Machine.cores()));
    }

    private Map<String, Double> used() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        watched.forEach((part, tree) -> seconds.put(part, tree.cpuSeconds()));
        return seconds;
    }
}
