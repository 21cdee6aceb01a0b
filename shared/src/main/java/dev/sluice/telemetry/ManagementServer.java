package dev.sluice.telemetry;

import dev.sluice.http.HttpEdge;
import dev.sluice.http.HttpProblem;
import dev.sluice.http.PathRoutes;
import dev.sluice.http.RequestFault;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health and metrics on a separate port, see {@link #PATHS}; a process may add addresses. */
public final class ManagementServer {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);

    /** The addresses of every process, for GET. */
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

    /** @param liveness checks the threads that must run */
    public static Future<ManagementServer> listen(
            Vertx vertx,
            String host,
            int port,
            PrometheusMeterRegistry metrics,
            Readiness readiness,
            Liveness liveness) {
        return listen(vertx, host, port, routes(metrics, readiness, liveness).otherwise(ManagementServer::nothingHere));
    }

    /** @param further handler of all other addresses */
    public static Future<ManagementServer> listen(
            Vertx vertx,
            String host,
            int port,
            PrometheusMeterRegistry metrics,
            Readiness readiness,
            Handler<HttpServerRequest> further) {
        return listen(vertx, host, port, routes(metrics, readiness, List::of).otherwise(further));
    }

    private static Future<ManagementServer> listen(
            Vertx vertx, String host, int port, Handler<HttpServerRequest> handler) {
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                // With it Vert.x reports a connection only after its first head, so that the clock would not run.
                .setHttp2ClearTextEnabled(false);
        HttpServer server = vertx.createHttpServer(options).requestHandler(handler);
        return HttpEdge.guard(
                        vertx, server, HEAD_TIMEOUT, HEAD_TIMEOUT.plusSeconds(IDLE_SECONDS), ManagementServer::refuse)
                .listen(port, host)
                .map(ManagementServer::new);
    }

    public int port() {
        return server.actualPort();
    }

    public Future<Void> close() {
        return server.close();
    }

    private static PathRoutes routes(PrometheusMeterRegistry metrics, Readiness readiness, Liveness liveness) {
        return new PathRoutes()
                .on(HttpMethod.GET, "/health/live", request -> sendHealth(request, live(liveness)))
                .on(HttpMethod.GET, "/health/ready", request -> sendHealth(request, ready(readiness)))
                .on(
                        HttpMethod.GET,
                        "/metrics",
                        request -> request.response()
                                .putHeader("Content-Type", OPEN_METRICS_TEXT)
                                .end(metrics.scrape()));
    }

    private static void sendHealth(HttpServerRequest request, JsonObject health) {
        send(request, statusOf(health), health);
    }

    private static void refuse(HttpServerRequest request, RequestFault fault) {
        LOG.debug("management port: {}, {}", fault.status(), fault.detail());
        HttpProblem.of(fault.status(), fault.detail()).send(request);
    }

    private static void nothingHere(HttpServerRequest request) {
        sendProblem(request, 404, "this address does not exist: use one of " + String.join(", ", PATHS));
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

    /** The body of a readiness answer: UP, or DOWN with the obstacles; and the warnings, if there are any. */
    public static JsonObject ready(Readiness readiness) {
        Readiness.Health health = readiness.health();
        JsonObject body = health.obstacles().isEmpty()
                ? live()
                : new JsonObject().put("status", "DOWN").put("obstacles", new JsonArray(health.obstacles()));
        return health.warnings().isEmpty() ? body : body.put("warnings", new JsonArray(health.warnings()));
    }

    /** 200 for UP, 503 for DOWN. */
    public static int statusOf(JsonObject health) {
        return "UP".equals(health.getString("status")) ? 200 : 503;
    }

    /** Ends the exchange with a failure. */
    public static void sendProblem(HttpServerRequest request, int status, String detail) {
        HttpProblem.of(status, detail).send(request);
    }

    /** Ends the exchange with this body. */
    public static void send(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }
}
