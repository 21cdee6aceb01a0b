package dev.sluice.bench.soak;

import dev.sluice.bench.contestant.Children;
import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.contestant.SluicePeer;
import dev.sluice.bench.contestant.Work;
import dev.sluice.bench.contestant.Workshop;
import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.OverloadFigures;
import dev.sluice.bench.load.PoissonLoop;
import dev.sluice.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows at a share of the capacity for long: memory, keys, connections, descriptors, latency and logs stay as they are. */
public final class BenchSoak {
    private static final int PARTS = 6;
    private static final int CONNECTIONS = 32;
    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration CAPACITY = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long SEED = 20_261_130;

    private BenchSoak() {}

    /** Arguments: the project's folder, one for work, seconds, the share of the capacity (0…1). */
    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[1]).toAbsolutePath();
        Duration whole = Duration.ofSeconds(Long.parseLong(args[2]));
        double share = Double.parseDouble(args[3]);
        Workshop workshop = new Workshop(Path.of(args[0]).toAbsolutePath(), work, Machine.cores(), new Children());
        SluicePeer sluice = SluicePeer.asInstalled(workshop);
        List<Map<String, Double>> parts = new ArrayList<>();
        String head;
        try (Contestant.Running running = sluice.start()) {
            double capacity = capacity(running);
            double perSecond = share * capacity;
            head = "%.0f rows/s, %.0f %% of the %.0f/s that %d connections get, for %d s in %d parts; %s; seed %d%n%n"
                    .formatted(
                            perSecond,
                            100 * share,
                            capacity,
                            CONNECTIONS,
                            whole.toSeconds(),
                            PARTS,
                            Machine.describe(),
                            SEED);
            System.out.print(head);
            try (SoakReader reader = new SoakReader(running.processes(), sluice.redis(), sluice.logs())) {
                for (int part = 0; part < PARTS; part++) {
                    parts.add(part(running, reader, perSecond, whole.dividedBy(PARTS), SEED + part));
                    System.out.printf("part %d: %s%n", part + 1, parts.getLast());
                }
            }
        }
        SoakReport report = new SoakReport(parts);
        Path folder = Files.createDirectories(work.resolve("results"));
        Files.writeString(folder.resolve("soak.md"), head + report.table());
        System.out.println(report.table());
        System.out.println(report.grown().isEmpty() ? "Nothing has grown." : "Grown: " + report.grown());
        System.exit(report.grown().isEmpty() ? 0 : 1);
    }

    private static double capacity(Contestant.Running running) throws IOException {
        ClosedLoop.run(running.address(), running.exchange(Work.ROW), CONNECTIONS, WARM_UP);
        return ClosedLoop.run(running.address(), running.exchange(Work.ROW), CONNECTIONS, CAPACITY)
                .perSecond();
    }

    private static Map<String, Double> part(
            Contestant.Running running, SoakReader reader, double perSecond, Duration time, long seed)
            throws IOException {
        OverloadFigures figures = PoissonLoop.run(
                running.address(),
                running.exchange(Work.ROW),
                new PoissonLoop.Arrivals(perSecond, PATIENCE, Duration.ZERO, time, seed));
        Map<String, Double> part = reader.part();
        part.put("answered", (double) figures.right());
        part.put("refused", (double) figures.refused());
        part.put("late", (double) figures.late());
        part.put("failed", (double) figures.failed());
        part.put("not sent, no connection free", (double) figures.withoutConnection());
        part.put("p50, ms", figures.answerP50());
        part.put("p99, ms", figures.answerP99());
        return part;
    }
}
