package dev.sluice.frontend.http;

import dev.sluice.http.HttpEdge;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The HTTP server around the routes: what it takes from a connection, and how it says goodbye. */
public final class FrontServer {
    private static final int MOST_HEADER_BYTES = 16 * 1024;
    private static final int LONGEST_LINE = 8 * 1024;
    /** As much as is read from the network at once: each piece of a body has its price, and a picture in one piece is copied once less. */
    private static final int LARGEST_PIECE = 256 * 1024;

    /** Left to itself, the system takes megabytes for each connection that is not read. */
    private static final int SEND_BUFFER_BYTES = 128 * 1024;

    private final HttpServer server;

    private FrontServer(HttpServer server) {
        this.server = server;
    }

    /**
     * @param idle after which a connection without a byte is closed
     * @param headTimeout within which the first request's head has to arrive
     */
    static Future<FrontServer> listen(
            Vertx vertx, String host, int port, Routes routes, Duration idle, Duration headTimeout) {
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout((int) idle.toSeconds())
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxChunkSize(LARGEST_PIECE)
                .setHttp2ClearTextEnabled(false)
                // Each would put a handler of WebSockets, of which there are none here, into the way of every request.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setDecompressionSupported(false)
                .setReceiveBufferSize(LARGEST_PIECE)
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setTcpNoDelay(true);
        HttpServer server = vertx.createHttpServer(options).requestHandler(afterTheAnswerBefore(routes.router()));
        return HttpEdge.guard(
                        vertx,
                        server,
                        headTimeout,
                        idle.multipliedBy(2),
                        (request, fault) -> routes.telemetry().refuse(request, Problem.of(fault)))
                .listen(port, host)
                .map(FrontServer::new);
    }

    public int port() {
        return server.actualPort();
    }

    /** Takes no more connections, lets those at work finish for so long, then closes them. */
    public Future<Void> drain(Duration atMost) {
        return server.shutdown(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is sent behind an unread answer is not begun: of each connection, no more than one answer is held. */
    private static Handler<HttpServerRequest> afterTheAnswerBefore(Handler<HttpServerRequest> handler) {
        return request -> {
            HttpServerResponse response = request.response();
            if (!response.writeQueueFull()) {
                handler.handle(request);
                return;
            }
            request.pause();
            response.drainHandler(_ -> {
                response.drainHandler(null);
                request.resume();
                handler.handle(request);
            });
        };
    }
}
