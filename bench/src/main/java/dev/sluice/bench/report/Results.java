package dev.sluice.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All that came of a run.
 *
 * @param entrants in the order of the rows; the others are set against the first
 * @param headline the tasks that the chart shows
 * @param limits a line each
 * @param failures a line each
 */
public record Results(
        Head head,
        List<Entrant> entrants,
        List<String> headline,
        List<String> limits,
        List<String> failures,
        List<Sample> samples,
        List<Overload> overloads) {

    /** Markdown, JSON and a chart, beside each other. */
    public void write(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".md"), markdown());
        Files.writeString(folder.resolve(name + ".json"), JsonReport.of(this));
        Files.writeString(folder.resolve(name + ".svg"), BarChart.of(this));
    }

    public String markdown() {
        return MarkdownReport.of(this);
    }

    /** What was asked, in the order in which it was. */
    List<String> tasks() {
        return samples.stream().map(Sample::task).distinct().toList();
    }

    List<Sample> of(Entrant entrant, String task) {
        return samples.stream()
                .filter(sample -> sample.contestant().equals(entrant.name())
                        && sample.task().equals(task))
                .toList();
    }

    List<String> overloadedWorks() {
        return overloads.stream().map(Overload::work).distinct().toList();
    }

    List<Overload> overloadsOf(Entrant entrant, String work) {
        return overloads.stream()
                .filter(overload -> overload.contestant().equals(entrant.name())
                        && overload.work().equals(work))
                .toList();
    }
}
