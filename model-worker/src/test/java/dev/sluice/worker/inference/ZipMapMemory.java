package dev.sluice.worker.inference;

import dev.sluice.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Infers 100,000 rows some times over; its last line is by how many bytes a row this process grew after the first time. */
final class ZipMapMemory {
    private static final int BATCH = 2_000;
    private static final int ROWS = 100_000;

    private ZipMapMemory() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        LoadSettings settings = new LoadSettings(1, 1_000_000, folder.resolveSibling("profiles"));
        try (LoadedModel model = LoadedModel.load(folder, "memory", settings)) {
            List<Tensor> columns = Stream.of("a", "b", "c", "d")
                    .map(name -> Tensor.reals(
                            name,
                            IntStream.range(0, BATCH)
                                    .mapToDouble(row -> row % 7)
                                    .toArray()))
                    .toList();
            PreparedItems rows = Answers.rows(model, columns);
            infer(model, rows);
            long before = residentBytes();
            for (int round = 0; round < rounds; round++) {
                infer(model, rows);
            }
            System.out.println((residentBytes() - before) / ((long) ROWS * rounds));
        }
    }

    private static void infer(LoadedModel model, PreparedItems rows) throws InferenceException {
        for (int done = 0; done < ROWS; done += BATCH) {
            model.infer(rows);
        }
    }

    private static long residentBytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return 1024
                    * lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
        }
    }
}
