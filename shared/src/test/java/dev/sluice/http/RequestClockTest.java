package dev.sluice.http;

import static dev.sluice.chaos.Futures.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestClockTest {
    private static final Duration LIMIT = Duration.ofMillis(500);
    private static final int SIP = 1_024;
    private static final Buffer MORE_THAN_THE_NETWORK_HOLDS = Buffer.buffer(new byte[64 << 20]);

    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = await(HttpEdge.guard(
                        vertx,
                        vertx.createHttpServer()
                                .requestHandler(request ->
                                        PiecewiseAnswer.send(request.response(), MORE_THAN_THE_NETWORK_HOLDS)),
                        LIMIT,
                        LIMIT,
                        (request, fault) ->
                                HttpProblem.of(fault.status(), fault.detail()).send(request))
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    /** An idle timeout would not see it: some bytes move now and then. */
    @Test
    void aClientThatHardlyReadsItsAnswerIsCutOff() throws Exception {
        try (Socket socket = new Socket()) {
            // What has arrived can still be read after the end.
            socket.setReceiveBufferSize(2_048);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            FutureTask<Integer> reader = new FutureTask<>(() -> readSlowly(socket));
            Thread.startVirtualThread(reader);
            assertTrue(reader.get(30, TimeUnit.SECONDS) > 1);
        }
    }

    /** @return how many times something came before the connection was cut */
    private static int readSlowly(Socket socket) throws InterruptedException {
        int sips = 0;
        try {
            while (socket.getInputStream().read(new byte[SIP]) >= 0) {
                sips++;
                Thread.sleep(2);
            }
        } catch (IOException cutOff) {
            return sips;
        }
        throw new AssertionError("an answer of 64 MiB was read in sips");
    }
}
