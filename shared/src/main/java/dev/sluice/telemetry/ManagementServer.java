package dev.sluice.telemetry;

import dev.sluice.http.RequestClock;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/** Health and metrics on a port of their own, see {@link #PATHS}; a process may add addresses of its own. */
public final class ManagementServer {
    /** What every process has; each for GET. */
    public static final List<String> PATHS = List.of("/health/live", "/health/ready", "/metrics");

    private static final String OPEN_METRICS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private static final int IDLE_SECONDS = 30;
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);

    private final HttpServer server;

    private ManagementServer(HttpServer server) {
        this.server = server;
    }

    public static Future<ManagementServer> listen(
            Vertx vertx, String host, int port, PrometheusMeterRegistry metrics, Readiness readiness) {
        return listen(vertx, host, port, metrics, readiness, ManagementServer::nothingHere);
    }

    /** @param liveness of a process with threads that must run */
    public static Future<ManagementServer> listen(
            Vertx vertx,
            String host,
            int port,
            PrometheusMeterRegistry metrics,
            Readiness readiness,
            Liveness liveness) {
        return listen(vertx, host, port, request -> {
            if (request.path().equals("/health/live")) {
                JsonObject live = live(liveness);
                send(request, statusOf(live), live);
            } else {
                answer(request, metrics, readiness, ManagementServer::nothingHere);
            }
        });
    }

    /** @param further answers at all other addresses */
    public static Future<ManagementServer> listen(
            Vertx vertx,
            String host,
            int port,
            PrometheusMeterRegistry metrics,
            Readiness readiness,
            Handler<HttpServerRequest> further) {
        return listen(vertx, host, port, request -> answer(request, metrics, readiness, further));
    }

    private static Future<ManagementServer> listen(
            Vertx vertx, String host, int port, Handler<HttpServerRequest> handler) {
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                // With it a connection is none before its first head, and its clock would not run.
                .setHttp2ClearTextEnabled(false);
        HttpServer server = vertx.createHttpServer(options).requestHandler(handler);
        return new RequestClock(vertx, HEAD_TIMEOUT, HEAD_TIMEOUT.plusSeconds(IDLE_SECONDS))
                .watch(server)
                .listen(port, host)
                .map(ManagementServer::new);
    }

    public int port() {
        return server.actualPort();
    }

    public Future<Void> close() {
        return server.close();
    }

    private static void answer(
            HttpServerRequest request,
            PrometheusMeterRegistry metrics,
            Readiness readiness,
            Handler<HttpServerRequest> further) {
        switch (request.path()) {
            case "/health/live" -> send(request, 200, live());
            case "/health/ready" -> {
                JsonObject ready = ready(readiness);
                send(request, statusOf(ready), ready);
            }
            case "/metrics" ->
                request.response().putHeader("Content-Type", OPEN_METRICS_TEXT).end(metrics.scrape());
            default -> further.handle(request);
        }
    }

    private static void nothingHere(HttpServerRequest request) {
        send(request, 404, detail("here are " + String.join(", ", PATHS)));
    }

    /** The body of a liveness answer. */
    public static JsonObject live() {
        return new JsonObject().put("status", "UP");
    }

    /** The body of a liveness answer: UP, or DOWN with the threads that have ended. */
    static JsonObject live(Liveness liveness) {
        List<String> ended = liveness.endedThreads();
        return ended.isEmpty()
                ? live()
                : new JsonObject().put("status", "DOWN").put("ended_threads", new JsonArray(ended));
    }

    /** The body of a readiness answer: UP, or DOWN with what stands in the way. */
    public static JsonObject ready(Readiness readiness) {
        var obstacles = readiness.obstacles();
        return obstacles.isEmpty()
                ? live()
                : new JsonObject().put("status", "DOWN").put("obstacles", new JsonArray(obstacles));
    }

    /** 200 for UP, 503 for DOWN. */
    public static int statusOf(JsonObject health) {
        return "UP".equals(health.getString("status")) ? 200 : 503;
    }

    /** A problem as every management port tells it. */
    public static JsonObject detail(String text) {
        return new JsonObject().put("detail", text);
    }

    /** Ends the exchange with this body. */
    public static void send(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }
}
