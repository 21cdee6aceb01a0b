package dev.sluice.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts off a connection on which the head of a request takes too long: an idle timeout begins again with every byte, and a client that
 * sends or reads a byte now and then would hold its connection for ever. For servers of one event loop, without HTTP/2 in clear text.
 */
public final class RequestClock {
    /** How late a connection is cut off, as a part of its limit. */
    private static final int LATE_PART = 8;

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Duration firstHead;
    private final Duration nextHead;
    private final long tickMs;
    /** When each is cut off, by {@link System#nanoTime()}. One timer looks after all: one for each request would cost more than the rest. */
    private final Map<HttpConnection, Long> deadlines = new HashMap<>();

    private boolean ticks;

    /**
     * @param firstHead from the connection to the first head, all of it
     * @param nextHead from one head to the next: the longest exchange and the longest rest together
     */
    public RequestClock(Vertx vertx, Duration firstHead, Duration nextHead) {
        this.vertx = vertx;
        this.firstHead = firstHead;
        this.nextHead = nextHead;
        this.tickMs =
                Collections.min(List.of(LONGEST_TICK, firstHead.dividedBy(LATE_PART), nextHead.dividedBy(LATE_PART)))
                                .toMillis()
                        + 1;
    }

    /** Call it when the server has its handler of requests. */
    public HttpServer watch(HttpServer server) {
        var handler = server.requestHandler();
        return server.connectionHandler(connection -> {
                    begin(connection, firstHead);
                    connection.closeHandler(_ -> deadlines.remove(connection));
                })
                .requestHandler(request -> {
                    begin(request.connection(), nextHead);
                    handler.handle(request);
                });
    }

    private void begin(HttpConnection connection, Duration limit) {
        deadlines.put(connection, System.nanoTime() + limit.toNanos());
        if (!ticks) {
            ticks = true;
            tick();
        }
    }

    private void tick() {
        vertx.setTimer(tickMs, _ -> {
            long now = System.nanoTime();
            List<HttpConnection> late = deadlines.entrySet().stream()
                    .filter(deadline -> deadline.getValue() - now <= 0)
                    .map(Map.Entry::getKey)
                    .toList();
            late.forEach(connection -> {
                deadlines.remove(connection);
                cutOff(connection);
            });
            ticks = !deadlines.isEmpty();
            if (ticks) {
                tick();
            }
        });
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
}
