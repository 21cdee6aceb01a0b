package dev.sluice.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.chaos.Futures;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClosedLinkTest {
    @Test
    void anAttemptThatIsUnderWayWhenTheLinkIsClosedIsNoFailure() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RedisLink link =
                    RedisLink.open(vertx, "redis://127.0.0.1:" + server.getLocalPort(), "link", Duration.ofSeconds(1));
            try (Socket _ = server.accept()) {
                Futures.await(link.close());
            }
            Futures.await(vertx.close());
            assertEquals(0, link.failedAttempts());
        }
    }
}
