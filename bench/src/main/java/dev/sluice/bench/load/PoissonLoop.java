package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients that come at random moments, whatever became of those before them, and go when they are not answered in time. Time is counted
 * from the moment at which a client was to come, so that a generator that falls behind hides nothing.
 */
public final class PoissonLoop {
    /** As many as wait for two seconds before a server that does 4,000 a second and refuses nobody. */
    private static final int MOST_CONNECTIONS = 8_000;

    private static final long SELECT_MS = 1;
    private static final int CONNECTED_AT_ONCE = 8;

    private final Selector selector;
    private final InetSocketAddress server;
    private final ByteBuffer request;
    private final OverloadTally tally;
    private final long patienceNanos;
    /** In turn: one that is never used would be closed by a server that has a time limit for that, perhaps while it is asked. */
    private final Queue<Connection> idle = new ArrayDeque<>();

    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private int open;

    private PoissonLoop(
            Selector selector, InetSocketAddress server, ByteBuffer request, OverloadTally tally, Duration patience) {
        this.selector = selector;
        this.server = server;
        this.request = request;
        this.tally = tally;
        this.patienceNanos = patience.toNanos();
    }

    /**
     * When and how they come.
     *
     * @param perSecond on average
     * @param patience after which a client closes its connection
     * @param warmUp before anything is counted
     * @param seed of the moments
     */
    public record Arrivals(double perSecond, Duration patience, Duration warmUp, Duration measured, long seed) {}

    /** Who may wait still; its connection may carry another's request meanwhile. */
    private record Waiting(Connection connection, long due) {
        boolean stillWaits() {
            return connection.isWaiting() && connection.sinceNanos() == due;
        }
    }

    /** Blocks until it has ended: clients come until the last one that counts has been answered or has gone. */
    public static OverloadFigures run(InetSocketAddress server, Exchange exchange, Arrivals arrivals)
            throws IOException {
        OverloadTally tally = new OverloadTally(exchange.expected(), arrivals.patience());
        try (Selector selector = Selector.open()) {
            PoissonLoop loop = new PoissonLoop(selector, server, exchange.onTheWire(), tally, arrivals.patience());
            loop.connect((int) Math.min(
                    MOST_CONNECTIONS, arrivals.perSecond() * arrivals.patience().toSeconds()));
            long start = System.nanoTime();
            long from = start + arrivals.warmUp().toNanos();
            long to = from + arrivals.measured().toNanos();
            tally.countBetween(from, to);
            loop.between(start, to + arrivals.patience().toNanos(), arrivals);
            for (SelectionKey key : selector.keys()) {
                ((Connection) key.attachment()).close();
            }
        }
        return tally.figures();
    }

    /** Beforehand and one after another: thousands of connections opened at once would be another load than requests are. */
    private void connect(int connections) throws IOException {
        for (int i = 1; i <= connections; i++) {
            idle.add(newConnection());
            if (i % CONNECTED_AT_ONCE == 0) {
                selector.select(this::progress, SELECT_MS);
            }
        }
    }

    private void between(long start, long end, Arrivals arrivals) throws IOException {
        Random random = new Random(arrivals.seed());
        double untilNext = 0;
        for (long now = start; now - end < 0; now = System.nanoTime()) {
            while (start + (long) untilNext - now <= 0) {
                come(start + (long) untilNext);
                untilNext -= Math.log(1 - random.nextDouble()) / arrivals.perSecond() * 1e9;
            }
            selector.select(this::progress, SELECT_MS);
            leave(System.nanoTime() - patienceNanos);
        }
    }

    private void come(long due) {
        try {
            Connection connection = freeConnection();
            if (connection != null) {
                ask(connection, due);
                return;
            }
        } catch (IOException noneToBeHad) {
            // As for those who find too many open.
        }
        tally.withoutConnection(due);
    }

    private void ask(Connection connection, long due) {
        waiting.add(new Waiting(connection, due));
        tally.sent(due);
        try {
            connection.send(due);
        } catch (IOException e) {
            broken(connection);
        }
    }

    /** Null when there are too many. */
    private @Nullable Connection freeConnection() throws IOException {
        while (!idle.isEmpty()) {
            Connection connection = idle.remove();
            if (connection.isFitForAnother()) {
                return connection;
            }
        }
        return open < MOST_CONNECTIONS ? newConnection() : null;
    }

    private Connection newConnection() throws IOException {
        Connection connection = new Connection(selector, server, request);
        open++;
        return connection;
    }

    private void progress(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (connection.progress()) {
                tally.answered(connection.response(), connection.sinceNanos());
                if (connection.isFitForAnother()) {
                    idle.add(connection);
                } else {
                    close(connection);
                }
            }
        } catch (IOException e) {
            broken(connection);
        }
    }

    private void broken(Connection connection) {
        if (connection.isWaiting()) {
            tally.broken(connection.sinceNanos());
        }
        close(connection);
    }

    private void leave(long dueBefore) {
        while (!waiting.isEmpty() && waiting.element().due() - dueBefore < 0) {
            Waiting first = waiting.remove();
            if (first.stillWaits()) {
                tally.givenUp(first.due());
                close(first.connection());
            }
        }
    }

    private void close(Connection connection) {
        open--;
        try {
            connection.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
