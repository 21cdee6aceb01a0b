package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Medians over the rounds, the spread beside them, and each contestant as a multiple of the first in the same run. */
final class MarkdownReport {
    private final Results results;
    private final Formatter out = new Formatter(Locale.ROOT);

    private MarkdownReport(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        MarkdownReport report = new MarkdownReport(results);
        report.writeHead();
        results.tasks().forEach(report::writeTask);
        results.overloadedWorks().forEach(report::writeOverload);
        report.writeEntrants();
        return report.out.toString();
    }

    private void writeHead() {
        Head head = results.head();
        out.format("`%s`, %s, version %s  %n", head.command(), head.date(), head.git());
        out.format("%s; Java %s, Redis %s%n", head.machine(), head.java(), head.redis());
        writeList("What nobody can be faster than", results.limits());
        writeList("What failed", results.failures());
    }

    private void writeList(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            out.format("%n### %s%n%n", title);
            lines.forEach(item -> out.format("- %s%n", item));
        }
    }

    private void writeTask(String task) {
        Entrant first = results.entrants().getFirst();
        double reference =
                Medians.of(results.of(first, task), sample -> sample.figures().perSecond());
        out.format("%n### %s%n%n", task);
        out.format(
                "| | right/s (spread) | of %s | p50 ms | p99 ms | failed | CPU s / 1,000 | resident MB | ready s | foreign load |%n",
                first.name());
        out.format("|---|---:|---:|---:|---:|---:|---|---:|---:|---:|%n");
        for (Entrant entrant : results.entrants()) {
            List<Sample> mine = results.of(entrant, task);
            if (!mine.isEmpty()) {
                double perSecond = Medians.of(mine, sample -> sample.figures().perSecond());
                out.format(
                        "| %s | %,.0f (%s) | %.2f | %.2f | %.2f | %d | %s | %.0f | %.1f | %.0f %% |%n",
                        entrant.name(),
                        perSecond,
                        spread("%,.0f", mine, sample -> sample.figures().perSecond()),
                        perSecond / reference,
                        Medians.of(mine, sample -> sample.figures().p50()),
                        Medians.of(mine, sample -> sample.figures().p99()),
                        mine.stream()
                                .mapToLong(sample -> sample.figures().failed()
                                        + sample.figures().refused())
                                .sum(),
                        cpuByPart(mine),
                        Medians.of(mine, Sample::residentMb),
                        Medians.of(mine, Sample::readySeconds),
                        100 * Medians.of(mine, Sample::foreignShare));
            }
        }
    }

    private void writeOverload(String work) {
        out.format("%n### %s, overload: clients come at random moments and wait 2 s%n%n", work);
        out.format(
                "| | capacity/s | offered/s (of capacity) | right in time, of capacity (spread) | refused | refusal p99 ms | late | failed | no connection | recovers s | generator's lag p99 ms | foreign load |%n");
        out.format("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|%n");
        for (Entrant entrant : results.entrants()) {
            List<Overload> mine = results.overloadsOf(entrant, work);
            List<Overload> sound = mine.stream().filter(Overload::isSound).toList();
            if (!sound.isEmpty()) {
                writeOverload(entrant, sound);
            } else if (!mine.isEmpty()) {
                out.format(
                        "| %s | %,.0f | the generator fell behind | | | | | | | | %.0f | |%n",
                        entrant.name(),
                        Medians.of(mine, Overload::capacity),
                        Medians.of(mine, overload -> overload.figures().lagP99()));
            }
        }
    }

    private void writeOverload(Entrant entrant, List<Overload> mine) {
        out.format(
                "| %s | %,.0f | %,.0f (%.1f) | %.0f %% (%s) | %.0f %% | %s | %.0f %% | %.0f %% | %.0f %% | %s | %.1f | %.0f %% |%n",
                entrant.name(),
                Medians.of(mine, Overload::capacity),
                Medians.of(mine, overload -> overload.figures().offeredPerSecond()),
                Medians.of(mine, Overload::offered),
                100 * Medians.of(mine, Overload::goodput),
                spread("%.0f", mine, overload -> 100 * overload.goodput()),
                share(mine, overload -> overload.figures().refused()),
                known(mine, overload -> overload.figures().refusalP99()),
                share(mine, overload -> overload.figures().late()),
                share(mine, overload -> overload.figures().failed()),
                share(mine, overload -> overload.figures().withoutConnection()),
                known(mine, Overload::recoverySeconds),
                Medians.of(mine, overload -> overload.figures().lagP99()),
                100 * Medians.of(mine, Overload::foreignShare));
    }

    private void writeEntrants() {
        out.format("%n| | version | how it is set up |%n");
        out.format("|---|---|---|%n");
        results.entrants()
                .forEach(entrant ->
                        out.format("| %s | %s | %s |%n", entrant.name(), entrant.version(), entrant.settings()));
    }

    /** Of all who came, in percent. */
    private static double share(List<Overload> mine, ToDoubleFunction<Overload> part) {
        return 100
                * Medians.of(
                        mine,
                        overload -> part.applyAsDouble(overload)
                                / Math.max(1, overload.figures().came()));
    }

    /** Of those rounds in which there is such a figure. */
    private static String known(List<Overload> mine, ToDoubleFunction<Overload> figure) {
        List<Overload> having = mine.stream()
                .filter(overload -> Double.isFinite(figure.applyAsDouble(overload)))
                .toList();
        return having.isEmpty() ? "–" : String.format(Locale.ROOT, "%.1f", Medians.of(having, figure));
    }

    private static <T> String spread(String format, List<T> mine, ToDoubleFunction<T> figure) {
        DoubleSummaryStatistics all = mine.stream().mapToDouble(figure).summaryStatistics();
        return String.format(Locale.ROOT, format + "–" + format, all.getMin(), all.getMax());
    }

    private static String cpuByPart(List<Sample> mine) {
        Map<String, List<Double>> parts = new TreeMap<>();
        mine.forEach(sample -> sample.cpuPerThousand()
                .forEach((part, seconds) ->
                        parts.computeIfAbsent(part, _ -> new ArrayList<>()).add(seconds)));
        return String.format(Locale.ROOT, "%.3f: ", Medians.of(mine, Sample::wholeCpuPerThousand))
                + parts.entrySet().stream()
                        .map(part -> String.format(
                                Locale.ROOT,
                                "%s %.3f",
                                part.getKey(),
                                Medians.of(part.getValue(), Double::doubleValue)))
                        .collect(Collectors.joining(", "));
    }
}
