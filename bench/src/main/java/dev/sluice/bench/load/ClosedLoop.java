package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;

/** So many clients, each of which asks again as soon as it is answered. */
public final class ClosedLoop {
    private static final long SELECT_MS = 50;

    private final Selector selector;
    private final InetSocketAddress server;
    private final ByteBuffer request;
    private final Tally tally;

    private ClosedLoop(Selector selector, InetSocketAddress server, ByteBuffer request, Tally tally) {
        this.selector = selector;
        this.server = server;
        this.request = request;
        this.tally = tally;
    }

    /** Blocks until it has ended. */
    public static Figures run(InetSocketAddress server, Exchange exchange, int connections, Duration measured)
            throws IOException {
        long from = System.nanoTime();
        long to = from + measured.toNanos();
        Tally tally = new Tally(exchange.expected(), from, to);
        try (Selector selector = Selector.open()) {
            ClosedLoop loop = new ClosedLoop(selector, server, exchange.onTheWire(), tally);
            for (int i = 0; i < connections; i++) {
                loop.ask();
            }
            while (System.nanoTime() - to < 0) {
                selector.select(loop::progress, SELECT_MS);
            }
            for (SelectionKey key : selector.keys()) {
                ((Connection) key.attachment()).close();
            }
        }
        return tally.figures();
    }

    private void ask() throws IOException {
        new Connection(selector, server, request).send(System.nanoTime());
    }

    private void progress(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (connection.progress()) {
                tally.answered(connection.response(), connection.sinceNanos());
                if (connection.isFitForAnother()) {
                    connection.send(System.nanoTime());
                } else {
                    askInPlaceOf(connection);
                }
            }
        } catch (IOException e) {
            tally.broken();
            askInPlaceOf(connection);
        }
    }

    private void askInPlaceOf(Connection connection) {
        try {
            connection.close();
            ask();
        } catch (IOException e) {
            throw new IllegalStateException("the server has gone: " + e.getMessage(), e);
        }
    }
}
