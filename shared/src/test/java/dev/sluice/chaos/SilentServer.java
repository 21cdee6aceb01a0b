package dev.sluice.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A server that takes connections and never answers, as one behind a broken network. */
public final class SilentServer implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 500;

    private final ServerSocket socket;

    public SilentServer() throws IOException {
        // The kernel completes the handshakes of connections that nobody accepts.
        socket = new ServerSocket(0, MOST_CONNECTIONS, InetAddress.getLoopbackAddress());
    }

    /** Its host and port. */
    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
