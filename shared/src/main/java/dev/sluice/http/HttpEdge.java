package dev.sluice.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What every HTTP server here does at its edge, before and after its routes; see {@link ExchangeGuard} and {@link RequestClock}. */
public final class HttpEdge {
    private HttpEdge() {}

    /**
     * Call it when the server has its handler of requests, before it listens.
     *
     * @param firstHead from the connection to the first head, all of it
     * @param nextHead from one head to the next: the longest exchange and the longest rest together
     * @param refuse answers a request whose head breaks HTTP
     */
    public static HttpServer guard(
            Vertx vertx,
            HttpServer server,
            Duration firstHead,
            Duration nextHead,
            BiConsumer<HttpServerRequest, RequestFault> refuse) {
        RequestClock clock = new RequestClock(vertx, firstHead, nextHead);
        var handler = server.requestHandler();
        return server.connectionHandler(connection -> {
                    ExchangeGuard.install(connection);
                    clock.connected(connection);
                    connection.closeHandler(_ -> clock.closed(connection));
                })
                .requestHandler(request -> {
                    clock.requested(request.connection());
                    handler.handle(request);
                })
                .invalidRequestHandler(request -> refuse.accept(request, RequestFault.ofHead(request)));
    }

    /** Call it once the body is wanted: a client that asked first sends it only then. */
    public static Future<Void> wantBody(HttpServerRequest request) {
        return ExchangeGuard.awaitsContinue(request.connection())
                ? request.response().writeContinue()
                : Future.succeededFuture();
    }

    /** Why the body that has just ended is not the whole one; empty when it is. */
    public static Optional<String> bodyFault(HttpServerRequest request) {
        return ExchangeGuard.bodyFault(request.connection());
    }
}
