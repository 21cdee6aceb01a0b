package dev.sluice.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Medians over the rounds, the spread beside them, and each contestant as a multiple of Sluice in the same run. */
public final class Report {
    private final String machine;
    private final String reference;
    private final Map<String, String> settings;
    private final List<String> limits;
    private final List<Sample> samples;

    /**
     * @param reference the contestant that the others are set against
     * @param settings of each contestant, in the order of the rows
     * @param limits a line each
     */
    public Report(
            String machine, String reference, Map<String, String> settings, List<String> limits, List<Sample> samples) {
        this.machine = machine;
        this.reference = reference;
        this.settings = settings;
        this.limits = List.copyOf(limits);
        this.samples = List.copyOf(samples);
    }

    public String markdown() {
        StringBuilder text = new StringBuilder("Machine: ").append(machine).append("\n\n");
        limits.forEach(line -> text.append("- ").append(line).append('\n'));
        text.append('\n');
        for (String task : samples.stream().map(Sample::task).distinct().toList()) {
            text.append("### ").append(task).append("\n\n");
            text.append(
                    "| | right/s (spread) | of Sluice | p50 ms | p99 ms | failed | CPU s / 1,000 | resident MB | ready s | foreign load |\n");
            text.append("|---|---:|---:|---:|---:|---:|---|---:|---:|---:|\n");
            double best = median(of(reference, task), sample -> sample.figures().perSecond());
            for (String name : settings.keySet()) {
                List<Sample> mine = of(name, task);
                if (!mine.isEmpty()) {
                    text.append(row(name, mine, best));
                }
            }
            text.append('\n');
        }
        text.append("| | how it is set up |\n|---|---|\n");
        settings.forEach((name, how) ->
                text.append("| ").append(name).append(" | ").append(how).append(" |\n"));
        return text.toString();
    }

    /** Markdown and one JSON object per measurement. */
    public void write(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".md"), markdown());
        Files.writeString(folder.resolve(name + ".json"), json());
    }

    private String json() {
        return samples.stream().map(Report::json).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String json(Sample sample) {
        return String.format(
                Locale.ROOT,
                "{\"contestant\":\"%s\",\"task\":\"%s\",\"round\":%d,\"perSecond\":%.2f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"refused\":%d,\"failed\":%d,\"cpuPerThousand\":%.4f,\"residentMb\":%d,\"readySeconds\":%.2f,\"foreignShare\":%.3f}",
                sample.contestant(),
                sample.task(),
                sample.round(),
                sample.figures().perSecond(),
                sample.figures().p50(),
                sample.figures().p99(),
                sample.figures().refused(),
                sample.figures().failed(),
                sample.wholeCpuPerThousand(),
                sample.residentMb(),
                sample.readySeconds(),
                sample.foreignShare());
    }

    private static String row(String name, List<Sample> mine, double best) {
        double perSecond = median(mine, sample -> sample.figures().perSecond());
        double least = mine.stream()
                .mapToDouble(sample -> sample.figures().perSecond())
                .min()
                .orElse(0);
        double most = mine.stream()
                .mapToDouble(sample -> sample.figures().perSecond())
                .max()
                .orElse(0);
        long failed = mine.stream()
                .mapToLong(
                        sample -> sample.figures().failed() + sample.figures().refused())
                .sum();
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f (%,.0f–%,.0f) | %.2f | %.2f | %.2f | %d | %s | %.0f | %.1f | %.0f %% |%n",
                name,
                perSecond,
                least,
                most,
                perSecond / best,
                median(mine, sample -> sample.figures().p50()),
                median(mine, sample -> sample.figures().p99()),
                failed,
                cpuByPart(mine),
                median(mine, Sample::residentMb),
                median(mine, Sample::readySeconds),
                100 * median(mine, Sample::foreignShare));
    }

    private static String cpuByPart(List<Sample> mine) {
        Map<String, List<Double>> parts = new TreeMap<>();
        mine.forEach(sample -> sample.cpuPerThousand()
                .forEach((part, seconds) ->
                        parts.computeIfAbsent(part, _ -> new ArrayList<>()).add(seconds)));
        return String.format(Locale.ROOT, "%.3f: ", median(mine, Sample::wholeCpuPerThousand))
                + parts.entrySet().stream()
                        .map(part -> String.format(
                                Locale.ROOT, "%s %.3f", part.getKey(), median(part.getValue(), Double::doubleValue)))
                        .collect(Collectors.joining(", "));
    }

    private List<Sample> of(String name, String task) {
        return samples.stream()
                .filter(sample ->
                        sample.contestant().equals(name) && sample.task().equals(task))
                .toList();
    }

    /** NaN of none. */
    public static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
