package dev.sluice.monitor.dashboards;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of panels, out of Grafana's own file.
 *
 * @param span time range of the page
 * @param definition as Grafana has it
 */
record Dashboard(String title, Duration span, List<Panel> panels, JsonObject definition) {
    private static final Pattern FROM = Pattern.compile("now-(\\d+)([mh])");

    /** @throws IllegalArgumentException when it contains a panel that is not supported */
    static Dashboard of(JsonObject definition) {
        List<Panel> panels = definition.getJsonArray("panels").stream()
                .map(panel -> Panel.of((JsonObject) panel))
                .toList();
        return new Dashboard(
                definition.getString("title"),
                spanOf(definition.getJsonObject("time").getString("from")),
                panels,
                definition);
    }

    Optional<Panel> panel(int id) {
        return panels.stream().filter(panel -> panel.id() == id).findFirst();
    }

    private static Duration spanOf(String from) {
        Matcher parts = FROM.matcher(from);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'%s' is no beginning of a time range like now-6h".formatted(from));
        }
        long count = Long.parseLong(parts.group(1));
        return parts.group(2).equals("m") ? Duration.ofMinutes(count) : Duration.ofHours(count);
    }
}
