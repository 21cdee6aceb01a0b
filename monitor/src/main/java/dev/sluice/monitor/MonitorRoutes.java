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
            case "GET /v1/drift" -> ManagementServer.send(request, 200, new JsonObject().put("versions", drift.json()));
            case "GET /v1/retrainings" ->
                retrainings
                        .json()
                        .onSuccess(all -> ManagementServer.send(request, 200, new JsonObject().put("retrainings", all)))
                        .onFailure(failure -> ManagementServer.send(
                                request, 503, ManagementServer.detail("Postgres: " + failure.getMessage())));
            case "POST " + HOOK -> {
                if (hook == null) {
                    ManagementServer.send(
                            request,
                            503,
                            ManagementServer.detail("the hook is closed: give the monitor a --hook-token"));
                } else {
                    hook.report(request);
                }
            }
            default ->
                ManagementServer.send(
                        request,
                        404,
                        ManagementServer.detail("here are %s, %s, /v1/drift, /v1/retrainings and, for POST, %s"
                                .formatted(String.join(", ", ManagementServer.PATHS), DashboardPages.PATH, HOOK)));
        }
    }
}
