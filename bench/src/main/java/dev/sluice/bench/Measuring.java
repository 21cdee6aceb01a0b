package dev.sluice.bench;

import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Figures;
import dev.sluice.bench.machine.ProcessTree;
import dev.sluice.bench.machine.Watch;
import dev.sluice.bench.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** One measurement of a contestant that runs: its answers, and what it and strangers took of the machine meanwhile. */
record Measuring(Duration measured) {
    /** Of the machine; a measurement beside more than that is repeated. */
    private static final double MOST_FOREIGN_LOAD = 0.10;

    private static final int MOST_REPEATS = 2;

    /** A server whose code compiles itself while it runs gets faster for a while: that is not what is asked here. */
    private static final Duration WARM_UP_STEP = Duration.ofMillis(1_500);

    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(24);
    private static final double STILL_FASTER = 1.04;

    Sample measure(Contestant contestant, Contestant.Running running, Task task, int round, double readySeconds)
            throws IOException {
        String name = contestant.name();
        warmUp(running, task, contestant.leastWarmUp());
        Sample sample = once(name, running, task, round, readySeconds);
        for (int i = 0; i < MOST_REPEATS && sample.foreignShare() > MOST_FOREIGN_LOAD; i++) {
            sample = once(name, running, task, round, readySeconds);
        }
        return sample;
    }

    private Sample once(String name, Contestant.Running running, Task task, int round, double readySeconds)
            throws IOException {
        Map<String, ProcessTree> processes = running.processes();
        Watch watch = new Watch(processes);
        Figures figures = run(running, task, measured);
        Watch.Use use = watch.soFar();
        Map<String, Double> perThousand = use.seconds();
        perThousand.replaceAll((_, seconds) -> 1_000 * seconds / Math.max(1, figures.right()));
        long resident = processes.values().stream()
                        .mapToLong(ProcessTree::residentBytes)
                        .sum()
                >> 20;
        return new Sample(name, task.title(), round, figures, perThousand, resident, readySeconds, use.foreignShare());
    }

    /** Until it no longer gets faster. */
    private static void warmUp(Contestant.Running running, Task task, Duration least) throws IOException {
        double before = run(running, task, WARM_UP_STEP).perSecond();
        Duration soFar = WARM_UP_STEP;
        while (soFar.compareTo(LONGEST_WARM_UP) < 0) {
            double now = run(running, task, WARM_UP_STEP).perSecond();
            soFar = soFar.plus(WARM_UP_STEP);
            if (soFar.compareTo(least) >= 0 && now < STILL_FASTER * before) {
                return;
            }
            before = now;
        }
    }

    private static Figures run(Contestant.Running running, Task task, Duration duration) throws IOException {
        return ClosedLoop.run(running.address(), running.exchange(task.work()), task.connections(), duration);
    }
}
