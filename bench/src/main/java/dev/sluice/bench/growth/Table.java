package dev.sluice.bench.growth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a sweep has found: a row of figures for each value of what was varied.
 *
 * @param setting what was kept the same
 * @param variable what was varied
 * @param notes a sentence each
 */
record Table(String name, String title, String setting, String variable, List<Row> rows, List<String> notes) {
    Table {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /** @param figures by what they are, in the order of the columns */
    record Row(String value, Map<String, Double> figures) {
        /** The same with more figures behind. */
        Row with(Map<String, Double> more) {
            Map<String, Double> all = new LinkedHashMap<>(figures);
            all.putAll(more);
            return new Row(value, all);
        }
    }

    String markdown() {
        List<String> columns = new ArrayList<>(rows.getFirst().figures().keySet());
        StringBuilder text = new StringBuilder("### %s%n%n%s%n%n".formatted(title, setting));
        text.append("| %s | %s |%n".formatted(variable, String.join(" | ", columns)));
        text.append("|---:|").append("---:|".repeat(columns.size())).append('\n');
        for (Row row : rows) {
            text.append(row.figures().values().stream()
                    .map(Table::readable)
                    .collect(Collectors.joining(" | ", "| " + row.value() + " | ", " |\n")));
        }
        text.append('\n');
        notes.forEach(note -> text.append("- ").append(note).append('\n'));
        return text.append('\n').toString();
    }

    /** One object for each row. */
    String json() {
        return rows.stream().map(this::json).collect(Collectors.joining(",\n"));
    }

    private String json(Row row) {
        return row.figures().entrySet().stream()
                .map(figure -> String.format(Locale.ROOT, "\"%s\":%.4f", figure.getKey(), figure.getValue()))
                .collect(Collectors.joining(
                        ",", "{\"sweep\":\"%s\",\"%s\":\"%s\",".formatted(name, variable, row.value()), "}"));
    }

    /** Three digits, or all before the point. */
    private static String readable(double figure) {
        double size = Math.abs(figure);
        int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f", figure);
    }
}
