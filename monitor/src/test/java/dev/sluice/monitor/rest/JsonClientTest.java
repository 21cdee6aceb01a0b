package dev.sluice.monitor.rest;

import static dev.sluice.chaos.Futures.await;
import static dev.sluice.monitor.Waiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TcpProxy;
import dev.sluice.settings.Address;
import io.vertx.core.Vertx;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trainers and Prometheus are reached again after their connections have fallen silent. */
@Slow
class JsonClientTest {
    /** The client's pool of Vert.x has five connections to a host. */
    private static final int MORE_THAN_THE_POOL = 7;

    private static final int SILENT_MS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;
    private TcpProxy network;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] answer = "{\"state\":\"well\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(answer);
            }
        });
        server.start();
        network = new TcpProxy(server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        await(vertx.close());
        network.close();
        server.stop(0);
    }

    @Test
    void noSilentConnectionStaysInThePool() {
        JsonClient client = new JsonClient(vertx, Address.parse("http://127.0.0.1:" + network.port()), SILENT_MS);
        int met = 0;
        while (met < MORE_THAN_THE_POOL) {
            until("it answers", () -> answers(client));
            network.silence();
            met += answers(client) ? 0 : 1;
        }
        assertEquals("well", await(client.get("/", "")).getString("state"));
        until("one connection is left", () -> network.connections() <= 1);
    }

    /** It does if it opens a new connection. */
    private static boolean answers(JsonClient client) {
        try {
            await(client.get("/", ""));
            return true;
        } catch (IllegalStateException silent) {
            return false;
        }
    }
}
