package dev.sluice.bench.memory;

import dev.sluice.bench.contestant.Children;
import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.contestant.SluicePeer;
import dev.sluice.bench.contestant.Work;
import dev.sluice.bench.contestant.Workshop;
import dev.sluice.bench.load.OverloadFigures;
import dev.sluice.bench.load.PoissonLoop;
import dev.sluice.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Synchronous rows at a constant rate, once on a Redis without a limit and once on a small one: what they leave there, and who is refused. */
public final class BenchMemory {
    private static final List<String> LIMITS = List.of("0", "200mb");
    /** The default of --deadline. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Shares of the rate, one after the other: a JVM that has just started compiles while it runs. */
    private static final List<Double> WARM_UP = List.of(0.1, 0.5);

    private static final Duration WARM_UP_STEP = Duration.ofSeconds(15);
    private static final long SEED = 20_261_130;

    private BenchMemory() {}

    /** Arguments: the project's folder, one for work, seconds of each run, rows per second. */
    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[1]).toAbsolutePath();
        Duration measured = Duration.ofSeconds(Long.parseLong(args[2]));
        double perSecond = Double.parseDouble(args[3]);
        Workshop workshop = new Workshop(Path.of(args[0]).toAbsolutePath(), work, Machine.cores(), new Children());
        List<MemoryRun> runs = new ArrayList<>();
        for (String limit : LIMITS) {
            runs.add(run(SluicePeer.asInstalled(workshop), limit, perSecond, measured));
            System.out.print(runs.getLast().row());
        }
        write(
                work.resolve("results"),
                runs,
                "%.0f synchronous rows/s for %d s; %s".formatted(perSecond, measured.toSeconds(), Machine.describe()));
        System.exit(0);
    }

    private static MemoryRun run(SluicePeer sluice, String limit, double perSecond, Duration measured)
            throws Exception {
        try (Contestant.Running running = sluice.start();
                RedisReader reader = RedisReader.start(sluice.redis(), limit)) {
            for (double share : WARM_UP) {
                load(running, share * perSecond, WARM_UP_STEP);
            }
            OverloadFigures figures = load(running, perSecond, measured);
            return new MemoryRun(limit, figures, Refusals.of(sluice.management()), reader.readings());
        }
    }

    private static OverloadFigures load(Contestant.Running running, double perSecond, Duration time)
            throws IOException {
        return PoissonLoop.run(
                running.address(),
                running.exchange(Work.ROW),
                new PoissonLoop.Arrivals(perSecond, PATIENCE, Duration.ZERO, time, SEED));
    }

    private static void write(Path folder, List<MemoryRun> runs, String source) throws IOException {
        Files.createDirectories(folder);
        String head = """
                %s; seed %d

                | Redis | offered/s | answered | refused (reasons) | late | failed | MB at the start | MB halfway | MB at most | keys at the end |
                |---|---:|---:|---|---:|---:|---:|---:|---:|---:|
                """.formatted(source, SEED);
        Files.writeString(
                folder.resolve("memory.md"),
                runs.stream().map(MemoryRun::row).collect(Collectors.joining("", head, "")));
        Files.writeString(folder.resolve("memory.svg"), MemoryChart.of(runs, source));
    }
}
