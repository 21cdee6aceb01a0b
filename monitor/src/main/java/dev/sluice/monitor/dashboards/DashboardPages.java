package dev.sluice.monitor.dashboards;

import dev.sluice.http.JarFiles;
import dev.sluice.monitor.dashboards.Panel.Query;
import dev.sluice.monitor.database.Database;
import dev.sluice.settings.Address;
import dev.sluice.telemetry.ManagementServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pages below {@code /dashboards/}: {@code NAME} is a page, {@code NAME.json} its definition, {@code NAME/panels/ID} the current figure
 * of one panel.
 */
public final class DashboardPages {
    public static final String PATH = "/dashboards/";

    private static final List<String> NAMES = List.of("serving", "models", "queue");
    private static final Pattern PANEL = Pattern.compile("([a-z]+)/panels/(\\d{1,4})");
    /** The form of a registered model's name; no character of it can end a string in a query. */
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

    private final Map<String, Dashboard> dashboards = new LinkedHashMap<>();
    private final JarFiles files = new JarFiles();
    private final @Nullable PrometheusSource prometheus;
    private final PostgresSource postgres;

    /** @param prometheus its address; null for none */
    public DashboardPages(Vertx vertx, @Nullable Address prometheus, Database database) {
        this.prometheus = prometheus == null ? null : new PrometheusSource(vertx, prometheus);
        this.postgres = new PostgresSource(database);
        for (String name : NAMES) {
            dashboards.put(
                    name,
                    Dashboard.of(JarFiles.read("dashboards/" + name + ".json").toJsonObject()));
        }
        files.add("chart.js", JarFiles.webjar("org.webjars.npm", "chart.js") + "dist/chart.umd.js");
        for (String ours : List.of("page.html", "page.js", "page.css")) {
            files.add(ours, "dev/sluice/monitor/dashboards/" + ours);
        }
    }

    /**
     * Answers a GET below {@link #PATH}.
     *
     * @param name the rest of the path
     * @return false when there is nothing of that name
     */
    public boolean answer(HttpServerRequest request, String name) {
        if (name.isEmpty()) {
            request.response()
                    .setStatusCode(302)
                    .putHeader("Location", PATH + NAMES.getFirst())
                    .end();
            return true;
        }
        if (dashboards.containsKey(name)) {
            return files.send(request.response(), "page.html");
        }
        if (name.endsWith(".json")) {
            return Optional.ofNullable(dashboards.get(name.substring(0, name.length() - 5)))
                    .map(dashboard -> send(request, 200, dashboard.definition()))
                    .orElse(false);
        }
        Matcher panel = PANEL.matcher(name);
        if (panel.matches()) {
            return Optional.ofNullable(dashboards.get(panel.group(1)))
                    .flatMap(dashboard -> dashboard
                            .panel(Integer.parseInt(panel.group(2)))
                            .map(found -> sendFigure(request, dashboard, found)))
                    .orElse(false);
        }
        return files.send(request.response(), name);
    }

    private boolean sendFigure(HttpServerRequest request, Dashboard dashboard, Panel panel) {
        String model = Optional.ofNullable(request.getParam("model")).orElse("");
        if (!model.isEmpty() && !MODEL.matcher(model).matches()) {
            ManagementServer.sendProblem(
                    request, 422, "'model' is not the name of a model: use letters, digits, '_', '.' and '-'");
            return true;
        }
        figure(dashboard, panel, model.isEmpty() ? ".*" : model.replace(".", "[.]"))
                .onSuccess(figure -> send(request, 200, figure.json()))
                .onFailure(failure -> ManagementServer.sendProblem(request, 503, String.valueOf(failure.getMessage())));
        return true;
    }

    private Future<? extends Figure> figure(Dashboard dashboard, Panel panel, String models) {
        List<Future<Figure>> parts = panel.queries().stream()
                .map(query -> part(dashboard, panel, query, models))
                .toList();
        return Future.all(parts)
                .map(_ ->
                        parts.stream().map(Future::result).reduce(Figure::with).orElseThrow());
    }

    private Future<Figure> part(Dashboard dashboard, Panel panel, Query query, String models) {
        return switch (query) {
            case Query.Metric metric
            when prometheus == null ->
                Future.failedFuture("there is no Prometheus to ask: give the monitor its address, --prometheus");
            case Query.Metric metric -> {
                Query.Metric chosen = new Query.Metric(metric.expression().replace("$model", models), metric.legend());
                yield panel.isTable()
                        ? prometheus.table(chosen).map(Figure.class::cast)
                        : prometheus.lines(chosen, dashboard.span()).map(Figure.class::cast);
            }
            case Query.Sql sql ->
                panel.isTable()
                        ? postgres.table(sql).map(Figure.class::cast)
                        : postgres.lines(sql).map(Figure.class::cast);
        };
    }

    private static boolean send(HttpServerRequest request, int status, JsonObject body) {
        ManagementServer.send(request, status, body);
        return true;
    }
}
