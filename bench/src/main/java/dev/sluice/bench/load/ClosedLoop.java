package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;

/** So many clients, each of which asks again as soon as it is answered. */
public final class ClosedLoop {
    private static final long SELECT_MS = 50;

    private ClosedLoop() {}

    /**
     * Blocks until it has ended.
     *
     * @param warmUp before anything is counted
     */
    public static Figures run(
            InetSocketAddress server, Exchange exchange, int connections, Duration warmUp, Duration measured)
            throws IOException {
        long from = System.nanoTime() + warmUp.toNanos();
        long to = from + measured.toNanos();
        Tally tally = new Tally(exchange.expected(), from, to);
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                new Connection(selector, server, exchange).send();
            }
            while (System.nanoTime() - to < 0) {
                selector.select(key -> progress(key, tally), SELECT_MS);
            }
            for (SelectionKey key : selector.keys()) {
                ((Connection) key.attachment()).close();
            }
        }
        return tally.figures();
    }

    private static void progress(SelectionKey key, Tally tally) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.writeOn();
            }
            if (key.isReadable() && connection.read()) {
                tally.answered(connection.response(), connection.sentNanos());
                connection.send();
            }
        } catch (IOException e) {
            tally.broken();
            again(connection);
        }
    }

    private static void again(Connection connection) {
        try {
            connection.reopen();
            connection.send();
        } catch (IOException e) {
            throw new IllegalStateException("the server has gone: " + e.getMessage(), e);
        }
    }
}
