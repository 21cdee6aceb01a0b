package dev.sluice.monitor;

import dev.sluice.http.PathRoutes;
import dev.sluice.monitor.dashboards.DashboardPages;
import dev.sluice.monitor.drift.DriftWatch;
import dev.sluice.monitor.retraining.AlertHook;
import dev.sluice.monitor.retraining.Retrainings;
import dev.sluice.telemetry.ManagementServer;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The monitor's addresses, in addition to those of every process. */
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

    Handler<HttpServerRequest> handler() {
        return new PathRoutes()
                .on(
                        HttpMethod.GET,
                        "/v1/drift",
                        request -> ManagementServer.send(request, 200, new JsonObject().put("versions", drift.json())))
                .on(HttpMethod.GET, "/v1/retrainings", this::listRetrainings)
                .on(HttpMethod.POST, HOOK, this::report)
                .below(DashboardPages.PATH, dashboards::answer)
                .otherwise(MonitorRoutes::nothingHere);
    }

    private void listRetrainings(HttpServerRequest request) {
        retrainings
                .json()
                .onSuccess(all -> ManagementServer.send(request, 200, new JsonObject().put("retrainings", all)))
                .onFailure(failure -> ManagementServer.sendProblem(
                        request, 503, "Postgres cannot be queried: " + failure.getMessage()));
    }

    private void report(HttpServerRequest request) {
        if (hook == null) {
            ManagementServer.sendProblem(request, 503, "the hook is closed: start the monitor with --hook-token");
        } else {
            hook.report(request);
        }
    }

    private static void nothingHere(HttpServerRequest request) {
        ManagementServer.sendProblem(
                request,
                404,
                "this address does not exist: use one of %s, %s, /v1/drift, /v1/retrainings or, with POST, %s"
                        .formatted(String.join(", ", ManagementServer.PATHS), DashboardPages.PATH, HOOK));
    }
}
