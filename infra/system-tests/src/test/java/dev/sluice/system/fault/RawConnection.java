package dev.sluice.system.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to an API or what stands before it, of a client that may go away at any time. */
final class RawConnection implements AutoCloseable {
    private static final int HANG_LIMIT_MS = 60_000;

    private final Socket socket = new Socket();

    RawConnection(ServerProcess api) throws IOException {
        this(api.port());
    }

    RawConnection(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        socket.setSoTimeout(HANG_LIMIT_MS);
    }

    void post(String path, String json, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(
                "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                        .formatted(path, json.length()));
        for (int i = 0; i < headers.length; i += 2) {
            request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        send(request.append("\r\n").append(json).toString());
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** The first bytes of what comes next. */
    String next() throws IOException {
        byte[] bytes = new byte[16_384];
        int read = socket.getInputStream().read(bytes);
        return read < 0 ? "" : new String(bytes, 0, read, StandardCharsets.US_ASCII);
    }

    /** Takes one byte. @return false when there will be none any more */
    boolean sip() throws IOException {
        return socket.getInputStream().read() >= 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
