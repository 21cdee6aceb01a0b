package dev.sluice.bench;

import dev.sluice.bench.contestant.Children;
import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.contestant.Contestants;
import dev.sluice.bench.contestant.SluicePeer;
import dev.sluice.bench.contestant.Work;
import dev.sluice.bench.contestant.Workshop;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.report.Report;
import dev.sluice.bench.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sluice and its peers in turn, A B C A B C: each is started, asked and stopped before the next. */
public final class BenchPeers {
    private final Plan plan;
    private final Measuring measuring;
    private final List<Contestant> contestants;
    private final List<Sample> samples = new ArrayList<>();

    private BenchPeers(Plan plan, List<Contestant> contestants) {
        this.plan = plan;
        this.measuring = new Measuring(plan.warmUp(), plan.measured());
        this.contestants = contestants;
    }

    private record Plan(int rounds, Duration warmUp, Duration measured, List<Task> tasks) {
        static Plan quick() {
            return new Plan(
                    1,
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(6),
                    List.of(new Task(Work.ROW, 64), new Task(Work.PICTURE, 16)));
        }

        static Plan whole() {
            return new Plan(
                    3,
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(10),
                    List.of(
                            new Task(Work.ROW, 64),
                            new Task(Work.ROW, 1),
                            new Task(Work.PICTURE, 16),
                            new Task(Work.PICTURE, 1)));
        }
    }

    /** Arguments: the project's folder, one for work, {@code quick} or {@code whole}, and with what the names of those begin who take part: all without. */
    public static void main(String[] args) throws Exception {
        Plan plan = args[2].equals("quick") ? Plan.quick() : Plan.whole();
        Workshop workshop = new Workshop(
                Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath(), Machine.cores(), new Children());
        System.out.println("Sluice starts once, and the peers get its models ...");
        SluicePeer.asInstalled(workshop).fetchModels();
        List<String> chosen = List.of(args).subList(3, args.length);
        List<Contestant> contestants = Contestants.all(workshop).stream()
                .filter(contestant -> chosen.isEmpty() || chosen.stream().anyMatch(contestant.name()::startsWith))
                .toList();
        BenchPeers bench = new BenchPeers(plan, contestants);
        Limits limits = new Limits(workshop, bench.measuring);
        try {
            limits.measure();
            bench.run();
        } finally {
            Map<String, String> settings = new LinkedHashMap<>();
            contestants.forEach(contestant -> settings.put(contestant.name(), contestant.settings()));
            Report report = new Report(Machine.describe(), "Sluice", settings, limits.lines(), bench.samples);
            report.write(workshop.work().resolve("results"), "peers-" + args[2]);
            System.out.println();
            System.out.print(report.markdown());
        }
    }

    private void run() throws IOException, InterruptedException {
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Contestant contestant : contestants) {
                visit(contestant, round);
            }
        }
    }

    private void visit(Contestant contestant, int round) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (Contestant.Running running = contestant.start()) {
            double ready = (System.nanoTime() - start) / 1e9;
            for (Task task : plan.tasks()) {
                if (contestant.works().contains(task.work())) {
                    Sample sample = measuring.measure(contestant.name(), running, task, round, ready);
                    samples.add(sample);
                    System.out.printf(
                            "round %d  %-22s %-26s %,10.0f/s  p50 %8.2f ms  p99 %8.2f ms  failed %d  foreign load %.0f %%%n",
                            round,
                            contestant.name(),
                            task.title(),
                            sample.figures().perSecond(),
                            sample.figures().p50(),
                            sample.figures().p99(),
                            sample.figures().failed() + sample.figures().refused(),
                            100 * sample.foreignShare());
                }
            }
        }
    }
}
