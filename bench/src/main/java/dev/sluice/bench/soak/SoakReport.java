package dev.sluice.bench.soak;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The measures of a soak, a column for each of its equal parts. */
final class SoakReport {
    /**
     * What the largest value of the second half may exceed that of the first by, without the first part, which warms
     * up. The largest values are compared because some measures rise and fall: Redis deletes expired keys in rounds.
     */
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
        table.append(" growth |\n|---|")
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
        int half = Math.ceilDiv(parts.size(), 2);
        double before = largest(measure, parts.subList(half > 1 ? 1 : 0, half));
        double after = largest(measure, parts.subList(half, parts.size()));
        return before == 0 ? (after == 0 ? 0 : 1) : after / before - 1;
    }

    private static double largest(String measure, List<Map<String, Double>> parts) {
        return parts.stream()
                .mapToDouble(part -> part.getOrDefault(measure, 0.0))
                .max()
                .orElse(0);
    }
}
