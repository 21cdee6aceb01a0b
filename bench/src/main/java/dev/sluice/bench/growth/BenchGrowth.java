package dev.sluice.bench.growth;

import dev.sluice.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Runs the sweeps one after another, each on a Redis of its own, and writes what they found. */
public final class BenchGrowth {
    private static final String ALL = "all";
    private static final List<Sweep> SWEEPS =
            List.of(new WorkersSweep(), new LengthSweep(), new PayloadSweep(), new ModelsSweep(), new RowsSweep());

    private BenchGrowth() {}

    /** Arguments: the project's folder, one for work, a sweep's name or {@code all}, redis-server and its settings. */
    public static void main(String[] args) throws Exception {
        String asked = args[2];
        Path work = Path.of(args[1]).toAbsolutePath();
        Site site = new Site(work, List.of(args).subList(3, args.length));
        List<Sweep> chosen = SWEEPS.stream()
                .filter(sweep -> asked.equals(ALL) || asked.equals(sweep.name()))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("there is no sweep '%s': %s or %s"
                    .formatted(asked, SWEEPS.stream().map(Sweep::name).collect(Collectors.joining(", ")), ALL));
        }
        List<Table> tables = new ArrayList<>();
        System.out.printf("Machine: %s%n%n", Machine.describe());
        for (Sweep sweep : chosen) {
            Table table = sweep.run(site);
            System.out.print(table.markdown());
            tables.add(table);
        }
        write(work.resolve("results"), asked.equals(ALL) ? "growth" : "growth-" + asked, tables);
        System.exit(0);
    }

    private static void write(Path folder, String name, List<Table> tables) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve(name + ".md"),
                tables.stream()
                        .map(Table::markdown)
                        .collect(Collectors.joining("", "Machine: " + Machine.describe() + "\n\n", "")));
        Files.writeString(
                folder.resolve(name + ".json"),
                tables.stream().map(Table::json).collect(Collectors.joining(",\n", "[\n", "\n]\n")));
    }
}
