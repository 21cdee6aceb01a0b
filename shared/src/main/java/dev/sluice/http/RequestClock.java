package dev.sluice.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts off a connection on which the head of a request takes too long: an idle timeout begins again with every byte, and a client that
 * sends or reads a byte now and then would hold its connection for ever. For servers of one event loop, without HTTP/2 in clear text.
 */
public final class RequestClock {
    private final Vertx vertx;
    private final Duration firstHead;
    private final Duration nextHead;
    private final Map<HttpConnection, Long> timers = new HashMap<>();

    /**
     * @param firstHead from the connection to the first head, all of it
     * @param nextHead from one head to the next: the longest exchange and the longest rest together
     */
    public RequestClock(Vertx vertx, Duration firstHead, Duration nextHead) {
        this.vertx = vertx;
        this.firstHead = firstHead;
        this.nextHead = nextHead;
    }

    /** Call it when the server has its handler of requests. */
    public HttpServer watch(HttpServer server) {
        var handler = server.requestHandler();
        return server.connectionHandler(connection -> {
                    begin(connection, firstHead);
                    connection.closeHandler(_ -> end(connection));
                })
                .requestHandler(request -> {
                    begin(request.connection(), nextHead);
                    handler.handle(request);
                });
    }

    private void begin(HttpConnection connection, Duration limit) {
        end(connection);
        timers.put(connection, vertx.setTimer(limit.toMillis(), _ -> cutOff(connection)));
    }

    /** {@link HttpConnection#close()} would first wait until the client has read everything. */
    private static void cutOff(HttpConnection connection) {
        if (connection instanceof HttpServerConnection server) {
            Channel channel = server.channelHandlerContext().channel();
            // What the system still holds goes with it.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            ChannelFuture _ = channel.close();
        } else {
            connection.close();
        }
    }

    private void end(HttpConnection connection) {
        Optional.ofNullable(timers.remove(connection)).ifPresent(vertx::cancelTimer);
    }
}
