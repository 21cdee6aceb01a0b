package dev.sluice.bench.soak;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The measures of a soak, a column for each of its equal parts. */
final class SoakReport {
    /** What a measure may grow by from the second part to the last: the first one warms up. */
    private static final double MOST_GROWTH = 0.10;

    private final List<Map<String, Double>> parts;

    SoakReport(List<Map<String, Double>> parts) {
        this.parts = List.copyOf(parts);
    }

    /** The measures that have grown, with their growth; empty if all is flat. */
    List<String> grown() {
        List<String> grown = new ArrayList<>();
        for (String measure : measures()) {
            double growth = growth(measure);
            if (growth > MOST_GROWTH) {
                grown.add("%s: %+.0f %%".formatted(measure, 100 * growth));
            }
        }
        return grown;
    }

    String table() {
        StringBuilder table = new StringBuilder("| measure |");
        for (int part = 1; part <= parts.size(); part++) {
            table.append(" part ").append(part).append(" |");
        }
        table.append(" growth from part 2 |\n|---|")
                .append("---:|".repeat(parts.size() + 1))
                .append('\n');
        for (String measure : measures()) {
            table.append("| ").append(measure).append(" |");
            for (Map<String, Double> part : parts) {
                table.append(String.format(Locale.ROOT, " %,.1f |", part.getOrDefault(measure, Double.NaN)));
            }
            table.append(String.format(Locale.ROOT, " %+.0f %% |%n", 100 * growth(measure)));
        }
        return table.toString();
    }

    private Set<String> measures() {
        Set<String> measures = new LinkedHashSet<>();
        parts.forEach(part -> measures.addAll(part.keySet()));
        return measures;
    }

    private double growth(String measure) {
        double before = parts.get(Math.min(1, parts.size() - 1)).getOrDefault(measure, 0.0);
        double after = parts.getLast().getOrDefault(measure, 0.0);
        return before == 0 ? (after == 0 ? 0 : 1) : after / before - 1;
    }
}
