package dev.sluice.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The handling of connections that all HTTP servers here share, before and after their routes; see {@link ExchangeGuard} and {@link
 * RequestClock}.
 */
public final class HttpEdge {
    private HttpEdge() {}

    /**
     * Call this after setting the server's request handler, before it listens.
     *
     * @param firstHead time limit from the connection to the end of the first head
     * @param nextHead time limit from one head to the next: the longest exchange plus the longest idle time
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

    /** Call this before reading the body: a client that sent Expect waits for it. */
    public static Future<Void> wantBody(HttpServerRequest request) {
        return ExchangeGuard.awaitsContinue(request.connection())
                ? request.response().writeContinue()
                : Future.succeededFuture();
    }

    /** The reason why the body that has just ended is incomplete; empty if it is complete. */
    public static Optional<String> bodyFault(HttpServerRequest request) {
        return ExchangeGuard.bodyFault(request.connection());
    }
}
