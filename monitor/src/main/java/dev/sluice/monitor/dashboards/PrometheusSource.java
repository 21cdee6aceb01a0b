package dev.sluice.monitor.dashboards;

import dev.sluice.monitor.dashboards.Figure.Line;
import dev.sluice.monitor.dashboards.Figure.Lines;
import dev.sluice.monitor.dashboards.Figure.Point;
import dev.sluice.monitor.dashboards.Figure.Table;
import dev.sluice.monitor.rest.JsonClient;
import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Prometheus's HTTP interface: {@code GET /api/v1/query}, {@code /api/v1/query_range}. */
final class PrometheusSource {
    /** As many points as a panel has room for. */
    private static final int MOST_POINTS = 240;

    private static final int SHORTEST_STEP_S = 5;
    private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

    private final JsonClient client;

    PrometheusSource(Vertx vertx, Address address) {
        this.client = new JsonClient(vertx, address);
    }

    /** From {@code span} ago until now. What has no value (0 / 0) has no point. */
    Future<Lines> lines(Panel.Query.Metric query, Duration span) {
        long step = Math.max(SHORTEST_STEP_S, span.toSeconds() / MOST_POINTS);
        // On the grid of the step, so that the lines of several queries have the same moments.
        long end = Instant.now().getEpochSecond() / step * step;
        String path = "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
                .formatted(encoded(query.expression()), end - span.toSeconds(), end, step);
        return client.get(path, "")
                .map(answer -> new Lines(results(answer)
                        .map(result -> line(query.legend(), result))
                        .filter(line -> !line.points().isEmpty())
                        .toList()));
    }

    /** A row for each result of now: its labels and its value. */
    Future<Table> table(Panel.Query.Metric query) {
        return client.get("/api/v1/query?query=" + encoded(query.expression()), "")
                .map(answer -> {
                    List<JsonObject> results = results(answer).toList();
                    // The model first: what the others belong to.
                    SortedSet<String> labels =
                            new TreeSet<>(Comparator.comparing((String label) -> !label.equals("model"))
                                    .thenComparing(label -> label));
                    results.forEach(result -> labels.addAll(labelsOf(result).fieldNames()));
                    List<List<String>> rows = new ArrayList<>();
                    for (JsonObject result : results) {
                        List<String> row = new ArrayList<>();
                        labels.forEach(label -> row.add(labelsOf(result).getString(label, "")));
                        row.add(result.getJsonArray("value").getString(1));
                        rows.add(row);
                    }
                    List<String> columns = new ArrayList<>(labels);
                    columns.add("value");
                    return new Table(columns, rows);
                });
    }

    private static Line line(String legend, JsonObject result) {
        List<Point> points = new ArrayList<>();
        for (Object sample : result.getJsonArray("values")) {
            JsonArray pair = (JsonArray) sample;
            double value = Double.parseDouble(pair.getString(1).replace("Inf", "Infinity"));
            if (Double.isFinite(value)) {
                points.add(new Point(pair.getDouble(0), value));
            }
        }
        return new Line(named(legend, labelsOf(result)), points);
    }

    private static String named(String legend, JsonObject labels) {
        return LABEL.matcher(legend)
                .replaceAll(label -> Matcher.quoteReplacement(labels.getString(label.group(1), "")));
    }

    private static Stream<JsonObject> results(JsonObject answer) {
        return answer.getJsonObject("data").getJsonArray("result").stream().map(JsonObject.class::cast);
    }

    private static JsonObject labelsOf(JsonObject result) {
        return result.getJsonObject("metric");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
