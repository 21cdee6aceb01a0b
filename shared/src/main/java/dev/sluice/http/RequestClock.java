package dev.sluice.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Closes a connection on which the head of a request takes too long. An idle timeout restarts with every byte, so a client that sends or
 * reads a byte from time to time would keep its connection for ever. For servers with one event loop and without HTTP/2 in clear text.
 */
final class RequestClock {
    /** The maximum delay of a close, as a fraction of the limit. */
    private static final int LATE_PART = 8;

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Duration firstHead;
    private final Duration nextHead;
    private final long tickMs;
    /**
     * The time of each connection's close, by {@link System#nanoTime()}. One timer serves all connections: one timer per request would be
     * expensive.
     */
    private final Map<HttpConnection, Long> deadlines = new HashMap<>();

    private boolean ticks;

    /**
     * @param firstHead time limit from the connection to the end of the first head
     * @param nextHead time limit from one head to the next: the longest exchange plus the longest idle time
     */
    RequestClock(Vertx vertx, Duration firstHead, Duration nextHead) {
        this.vertx = vertx;
        this.firstHead = firstHead;
        this.nextHead = nextHead;
        this.tickMs =
                Collections.min(List.of(LONGEST_TICK, firstHead.dividedBy(LATE_PART), nextHead.dividedBy(LATE_PART)))
                                .toMillis()
                        + 1;
    }

    void connected(HttpConnection connection) {
        begin(connection, firstHead);
    }

    /** A head is complete. */
    void requested(HttpConnection connection) {
        begin(connection, nextHead);
    }

    void closed(HttpConnection connection) {
        deadlines.remove(connection);
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
                ExchangeGuard.cutOff(connection);
            });
            ticks = !deadlines.isEmpty();
            if (ticks) {
                tick();
            }
        });
    }
}
