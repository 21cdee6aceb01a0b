package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Clients that come at random moments, whatever became of those before them, and go when they are not answered in time. */
public final class PoissonLoop {
    private static final int MOST_CONNECTIONS = 4_000;

    private final Selector selector;
    private final InetSocketAddress server;
    private final Exchange exchange;
    private final Tally tally;
    private final long patienceNanos;
    private final Deque<Connection> idle = new ArrayDeque<>();
    /** When each was due. */
    private final Map<Connection, Long> busy = new HashMap<>();

    private PoissonLoop(
            Selector selector, InetSocketAddress server, Exchange exchange, Tally tally, Duration patience) {
        this.selector = selector;
        this.server = server;
        this.exchange = exchange;
        this.tally = tally;
        this.patienceNanos = patience.toNanos();
    }

    /**
     * Blocks until it has ended.
     *
     * @param perSecond on average
     * @param patience after which a client closes its connection and is counted as failed
     * @param seed of the moments at which they come
     */
    public static Figures run(
            InetSocketAddress server,
            Exchange exchange,
            double perSecond,
            Duration patience,
            Duration warmUp,
            Duration measured,
            long seed)
            throws IOException {
        long from = System.nanoTime() + warmUp.toNanos();
        long to = from + measured.toNanos();
        Tally tally = new Tally(exchange.expected(), from, to, patience.toNanos());
        try (Selector selector = Selector.open()) {
            new PoissonLoop(selector, server, exchange, tally, patience).until(to, perSecond, new Random(seed));
            for (SelectionKey key : selector.keys()) {
                ((Connection) key.attachment()).close();
            }
        }
        return tally.figures();
    }

    private void until(long end, double perSecond, Random random) throws IOException {
        double next = System.nanoTime();
        long now = System.nanoTime();
        while (now - end < 0) {
            while (next <= now) {
                come((long) next);
                next += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
            }
            long waitMs = (long) ((next - now) / 1e6);
            if (waitMs > 0) {
                selector.select(this::progress, Math.min(waitMs, 20));
            } else {
                selector.selectNow(this::progress);
            }
            leaveTheLate();
            now = System.nanoTime();
        }
    }

    private void come(long due) throws IOException {
        if (idle.isEmpty() && busy.size() >= MOST_CONNECTIONS) {
            tally.broken();
            return;
        }
        Connection connection = idle.isEmpty() ? new Connection(selector, server, exchange) : idle.pop();
        busy.put(connection, due);
        try {
            connection.send();
        } catch (IOException e) {
            broken(connection);
        }
    }

    private void progress(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.writeOn();
            }
            if (key.isReadable() && connection.read()) {
                Long due = busy.remove(connection);
                if (due != null) {
                    tally.answered(connection.response(), due);
                }
                idle.push(connection);
            }
        } catch (IOException e) {
            broken(connection);
        }
    }

    private void leaveTheLate() {
        long now = System.nanoTime();
        busy.entrySet().stream()
                .filter(entry -> now - entry.getValue() > patienceNanos)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::broken);
    }

    private void broken(Connection connection) {
        if (busy.remove(connection) != null) {
            tally.broken();
        }
        idle.remove(connection);
        try {
            connection.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
