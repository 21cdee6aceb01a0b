package dev.sluice.bench.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** An HTTP server whose answers and times are known: what the generator measures can be compared with them. */
final class KnownServer implements AutoCloseable {
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listener = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final AtomicInteger requests = new AtomicInteger();
    private final IntFunction<@Nullable Reply> replies;

    /** @param after how long it waits before it answers */
    record Reply(int status, String body, Duration after) {}

    /** @param replies by the number of the request, from 0 on; null: it never answers */
    KnownServer(IntFunction<@Nullable Reply> replies) throws IOException {
        this.replies = replies;
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            while (readRequest(in)) {
                Reply reply = replies.apply(requests.getAndIncrement());
                if (reply == null) {
                    continue;
                }
                Thread.sleep(reply.after());
                byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
                String head = "HTTP/1.1 %d Known\r\nContent-Length: %d\r\n\r\n".formatted(reply.status(), body.length);
                client.getOutputStream().write((head + reply.body()).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException gone) {
            // The client had no more patience.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The requests of these tests have no body. */
    private static boolean readRequest(InputStream in) throws IOException {
        int matched = 0;
        while (matched < END_OF_HEAD.length) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            matched = next == END_OF_HEAD[matched] ? matched + 1 : next == END_OF_HEAD[0] ? 1 : 0;
        }
        return true;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
