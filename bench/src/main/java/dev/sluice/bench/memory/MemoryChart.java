package dev.sluice.bench.memory;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** Used memory over time, a line for each run: one SVG in colours that can be read on white and on black. */
final class MemoryChart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 340;
    private static final int LEFT = 60;
    private static final int RIGHT = 20;
    private static final int TOP = 50;
    private static final int BOTTOM = 60;
    private static final double GRID_BYTES = 50e6;
    private static final double GRID_SECONDS = 60;
    private static final List<String> COLOURS = List.of("#2f81f7", "#d29922", "#3fb950");

    private final double seconds;
    private final double bytes;
    private final StringBuilder body = new StringBuilder();
    private final Formatter out = new Formatter(body, Locale.ROOT);

    private MemoryChart(double seconds, double bytes) {
        this.seconds = seconds;
        this.bytes = bytes;
    }

    /** @param source a line on what was measured where */
    static String of(List<MemoryRun> runs, String source) {
        double seconds = runs.stream()
                .mapToDouble(run -> run.readings().getLast().second())
                .max()
                .orElseThrow();
        double most = runs.stream().mapToDouble(MemoryRun::largest).max().orElseThrow() * 1e6;
        MemoryChart chart = new MemoryChart(seconds, Math.max(200e6, Math.ceil(most / GRID_BYTES) * GRID_BYTES));
        chart.grid();
        for (int i = 0; i < runs.size(); i++) {
            chart.line(runs.get(i), COLOURS.get(i % COLOURS.size()), i);
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" role="img" aria-label="Used memory of Redis over time">
                <style>
                text { font: 13px system-ui, sans-serif; fill: #6e7781 }
                .title { font-weight: 600; font-size: 15px }
                .source { font-size: 11px }
                .grid { stroke: #8b949e; stroke-width: 0.5 }
                polyline { fill: none; stroke-width: 2 }
                </style>
                <text class="title" x="0" y="16">Used memory of Redis (MB) over time (minutes)</text>
                <text class="source" x="0" y="%d">%s</text>
                %s</svg>
                """.formatted(WIDTH, HEIGHT, WIDTH, HEIGHT - 8, source, chart.body);
    }

    private void grid() {
        for (double level = 0; level <= bytes; level += GRID_BYTES) {
            out.format(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>%n",
                    LEFT, WIDTH - RIGHT, y(level), y(level), LEFT - 8, y(level) + 4, level / 1e6);
        }
        for (double second = 0; second <= seconds; second += GRID_SECONDS) {
            out.format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>%n",
                    x(second), HEIGHT - BOTTOM + 20, second / 60);
        }
    }

    private void line(MemoryRun run, String colour, int place) {
        out.format("<polyline stroke=\"%s\" points=\"", colour);
        for (Reading reading : run.readings()) {
            out.format("%.1f,%.1f ", x(reading.second()), y((double) reading.usedBytes()));
        }
        out.format("\"/><text x=\"%d\" y=\"38\" style=\"fill:%s\">%s</text>%n", LEFT + place * 180, colour, run.name());
    }

    private double x(double second) {
        return LEFT + second / seconds * (WIDTH - LEFT - RIGHT);
    }

    private double y(double used) {
        return HEIGHT - BOTTOM - used / bytes * (HEIGHT - TOP - BOTTOM);
    }
}
