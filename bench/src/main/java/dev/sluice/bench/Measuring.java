package dev.sluice.bench;

import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Figures;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.machine.ProcessTree;
import dev.sluice.bench.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** One measurement of a contestant that runs: its answers, and what it and strangers took of the machine meanwhile. */
record Measuring(Duration warmUp, Duration measured) {
    /** Of the machine; a measurement beside more than that is repeated. */
    private static final double MOST_FOREIGN_LOAD = 0.10;

    private static final int MOST_REPEATS = 2;

    Sample measure(String name, Contestant.Running running, Task task, int round, double readySeconds)
            throws IOException {
        Sample sample = once(name, running, task, round, readySeconds);
        for (int i = 0; i < MOST_REPEATS && sample.foreignShare() > MOST_FOREIGN_LOAD; i++) {
            sample = once(name, running, task, round, readySeconds);
        }
        return sample;
    }

    private Sample once(String name, Contestant.Running running, Task task, int round, double readySeconds)
            throws IOException {
        ClosedLoop.run(
                running.address(), running.exchange(task.work()), task.connections(), warmUp, Duration.ofMillis(1));
        Map<String, ProcessTree> trees = running.processes();
        Map<String, Double> cpuBefore = cpu(trees);
        double ownBefore = ProcessTree.current().cpuSeconds();
        double busyBefore = Machine.busySeconds();
        long start = System.nanoTime();
        Figures figures = ClosedLoop.run(
                running.address(), running.exchange(task.work()), task.connections(), Duration.ZERO, measured);
        double seconds = (System.nanoTime() - start) / 1e9;
        double busy = Machine.busySeconds() - busyBefore;
        double own = ProcessTree.current().cpuSeconds() - ownBefore;
        Map<String, Double> cpuAfter = cpu(trees);
        Map<String, Double> perThousand = new LinkedHashMap<>();
        double theirs = 0;
        for (String part : trees.keySet()) {
            double used = cpuAfter.getOrDefault(part, 0.0) - cpuBefore.getOrDefault(part, 0.0);
            theirs += used;
            perThousand.put(part, used / Math.max(1, figures.right()) * 1_000);
        }
        long resident =
                trees.values().stream().mapToLong(ProcessTree::residentBytes).sum() >> 20;
        double foreign = Math.max(0, busy - own - theirs) / (seconds * Machine.cores());
        return new Sample(name, task.title(), round, figures, perThousand, resident, readySeconds, foreign);
    }

    private static Map<String, Double> cpu(Map<String, ProcessTree> trees) {
        Map<String, Double> seconds = new LinkedHashMap<>();
        trees.forEach((part, tree) -> seconds.put(part, tree.cpuSeconds()));
        return seconds;
    }
}
