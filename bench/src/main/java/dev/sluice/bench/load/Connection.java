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
    private final ByteBuffer request;
    private final ResponseReader reader = new ResponseReader();
    private final SocketChannel channel;
    private final SelectionKey key;
    private long sinceNanos;
    private boolean waiting;

    /** @param request head and body; its bytes are shared, its position is not */
    Connection(Selector selector, InetSocketAddress server, ByteBuffer request) throws IOException {
        this.request = request.duplicate().position(request.limit());
        this.channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            boolean connected = channel.connect(server);
            this.key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** @param sinceNanos the moment from which the answer's time is counted, by {@link System#nanoTime()} */
    void send(long sinceNanos) throws IOException {
        this.sinceNanos = sinceNanos;
        waiting = true;
        request.rewind();
        reader.reset();
        writeOn();
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** True from {@link #send} until the response is whole. */
    boolean isWaiting() {
        return waiting;
    }

    /** False also when the response came before the request was all sent. */
    boolean isFitForAnother() {
        return channel.isOpen() && !request.hasRemaining();
    }

    ResponseReader response() {
        return reader;
    }

    /**
     * Does what the network is ready for.
     *
     * @return true once the response is whole
     * @throws IOException when the server has closed the connection
     */
    boolean progress() throws IOException {
        if (key.isConnectable() || key.isWritable()) {
            writeOn();
        }
        return key.isReadable() && read();
    }

    @Override
    public void close() throws IOException {
        waiting = false;
        key.cancel();
        channel.close();
    }

    /** Once connected: as much of the request as the network has room for. */
    private void writeOn() throws IOException {
        if (channel.isConnectionPending() && !channel.finishConnect()) {
            return;
        }
        channel.write(request);
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_WRITE | SelectionKey.OP_READ : SelectionKey.OP_READ);
    }

    private boolean read() throws IOException {
        ByteBuffer room = ByteBuffer.wrap(reader.room());
        room.position(reader.filled());
        int count = channel.read(room);
        if (count < 0) {
            throw new IOException("closed by the server");
        }
        boolean whole = reader.arrived(count);
        waiting &= !whole;
        return whole;
    }
}
