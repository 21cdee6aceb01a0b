package dev.sluice.bench.report;

import java.util.DoubleSummaryStatistics;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/**
 * Right answers per second as horizontal bars, with the spread over the rounds as a line: one SVG without scripts, fonts or style sheets
 * of others, in colours that can be read on white and on black.
 */
final class BarChart {
    private static final int WIDTH = 760;
    private static final int NAMES = 240;
    private static final int LONGEST_BAR = 400;
    private static final int ROW = 26;
    private static final int BAR = 16;
    private static final int TITLE = 40;
    private static final int GAP = 6;

    private final Results results;
    private final StringBuilder body = new StringBuilder();
    private final Formatter out = new Formatter(body, Locale.ROOT);
    private int height;

    private BarChart(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        BarChart chart = new BarChart(results);
        results.headline().forEach(chart::panel);
        chart.source();
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" role="img" aria-label="Right answers per second">
                <style>
                text { font: 13px system-ui, sans-serif; fill: #6e7781 }
                .title { font-weight: 600; font-size: 15px }
                .source { font-size: 11px }
                .bar { fill: #8b949e }
                .first { fill: #2f81f7 }
                .spread { stroke: #57606a; stroke-width: 2 }
                </style>
                %s</svg>
                """.formatted(WIDTH, chart.height, WIDTH, chart.body);
    }

    private void panel(String task) {
        height += TITLE;
        out.format(
                "<text class=\"title\" x=\"0\" y=\"%d\">%s: right answers per second</text>%n",
                height - GAP - GAP, escaped(task));
        double most = results.entrants().stream()
                .mapToDouble(entrant -> perSecond(results.of(entrant, task)).getMax())
                .max()
                .orElse(1);
        for (Entrant entrant : results.entrants()) {
            List<Sample> mine = results.of(entrant, task);
            if (!mine.isEmpty()) {
                bar(entrant, mine, LONGEST_BAR / most);
            }
        }
    }

    /** @param scale pixels for an answer per second */
    private void bar(Entrant entrant, List<Sample> mine, double scale) {
        double median = Medians.of(mine, sample -> sample.figures().perSecond());
        DoubleSummaryStatistics all = perSecond(mine);
        int top = height + (ROW - BAR) / 2;
        int middle = height + ROW / 2;
        int baseline = middle + 4;
        height += ROW;
        out.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                NAMES - GAP, baseline, escaped(shortName(entrant)));
        out.format(
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                isFirst(entrant) ? "first" : "bar", NAMES, top, Math.max(1, median * scale), BAR);
        out.format(
                "<line class=\"spread\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                NAMES + all.getMin() * scale, NAMES + all.getMax() * scale, middle, middle);
        out.format("<text x=\"%.1f\" y=\"%d\">%,.0f</text>%n", NAMES + all.getMax() * scale + GAP, baseline, median);
    }

    private void source() {
        Head head = results.head();
        height += ROW;
        out.format(
                "<text class=\"source\" x=\"0\" y=\"%d\">%s; %s, %s</text>%n",
                height - GAP, escaped(head.machine()), escaped(head.date()), escaped(head.git()));
    }

    private static DoubleSummaryStatistics perSecond(List<Sample> mine) {
        return mine.stream().mapToDouble(sample -> sample.figures().perSecond()).summaryStatistics();
    }

    /** Also of a variant of the first. */
    private boolean isFirst(Entrant entrant) {
        return entrant.name().startsWith(results.entrants().getFirst().name());
    }

    private static String shortName(Entrant entrant) {
        return entrant.name().split(":")[0];
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
