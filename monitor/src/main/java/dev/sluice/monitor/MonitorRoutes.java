package dev.sluice.monitor;

import dev.sluice.monitor.dashboards.DashboardPages;
import dev.sluice.monitor.drift.DriftWatch;
import dev.sluice.monitor.retraining.AlertHook;
import dev.sluice.monitor.retraining.Retrainings;
import dev.sluice.telemetry.ManagementServer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The monitor's own addresses, beside those of every process. */
final class MonitorRoutes {
    private static final String HOOK = "/hooks/alertmanager";

    private final DriftWatch drift;
    private final Retrainings retrainings;
    private final @Nullable AlertHook hook;
    private final DashboardPages dashboards;

    MonitorRoutes(DriftWatch drift, Retrainings retrainings, @Nullable AlertHook hook, DashboardPages dashboards) {
        this.drift = drift;
        this.retrainings = retrainings;
        this.hook = hook;
        this.dashboards = dashboards;
    }

    void answer(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.GET)
                && request.path().startsWith(DashboardPages.PATH)
                && dashboards.answer(request)) {
            return;
        }
        switch (request.method() + " " + request.path()) {
            case "GET /v1/drift" -> send(request, 200, new JsonObject().put("versions", drift.json()));
            case "GET /v1/retrainings" ->
                retrainings
                        .json()
                        .onSuccess(all -> send(request, 200, new JsonObject().put("retrainings", all)))
                        .onFailure(failure -> send(request, 503, detail("Postgres: " + failure.getMessage())));
            case "POST " + HOOK -> {
                if (hook == null) {
                    send(request, 503, detail("the hook is closed: give the monitor a --hook-token"));
                } else {
                    hook.report(request);
                }
            }
            default ->
                send(
                        request,
                        404,
                        detail("here are %s, %s, /v1/drift, /v1/retrainings and, for POST, %s"
                                .formatted(String.join(", ", ManagementServer.PATHS), DashboardPages.PATH, HOOK)));
        }
    }

    private static JsonObject detail(String text) {
        return new JsonObject().put("detail", text);
    }

    private static void send(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }
}
