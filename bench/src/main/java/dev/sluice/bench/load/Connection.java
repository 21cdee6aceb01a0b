package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A connection that carries one exchange at a time. */
final class Connection implements AutoCloseable {
    private final Selector selector;
    private final InetSocketAddress server;
    private final ByteBuffer request;
    private final ResponseReader reader = new ResponseReader();
    private SocketChannel channel;
    private SelectionKey key;
    private long sentNanos;

    Connection(Selector selector, InetSocketAddress server, Exchange exchange) throws IOException {
        this.selector = selector;
        this.server = server;
        this.request = ByteBuffer.allocateDirect(exchange.request().length)
                .put(exchange.request())
                .flip();
        this.channel = open();
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** By {@link System#nanoTime()}. */
    long sentNanos() {
        return sentNanos;
    }

    ResponseReader response() {
        return reader;
    }

    void send() throws IOException {
        request.rewind();
        reader.reset();
        sentNanos = System.nanoTime();
        writeOn();
    }

    /** The rest of a request for which the network had no room. */
    void writeOn() throws IOException {
        channel.write(request);
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_WRITE | SelectionKey.OP_READ : SelectionKey.OP_READ);
    }

    /**
     * Reads what is there.
     *
     * @return true once the response is whole
     * @throws IOException when the server has closed the connection
     */
    boolean read() throws IOException {
        ByteBuffer room = ByteBuffer.wrap(reader.room());
        room.position(reader.filled());
        int count = channel.read(room);
        if (count < 0) {
            throw new IOException("closed by the server");
        }
        return reader.arrived(count);
    }

    /** In place of one that broke or was given up. */
    void reopen() throws IOException {
        close();
        channel = open();
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    @Override
    public void close() throws IOException {
        key.cancel();
        channel.close();
    }

    private SocketChannel open() throws IOException {
        SocketChannel opened = SocketChannel.open();
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        opened.connect(server);
        opened.configureBlocking(false);
        return opened;
    }
}
