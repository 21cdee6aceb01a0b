package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.MainProcess;
import dev.sluice.chaos.SilentServer;
import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TestPorts;
import dev.sluice.process.LifeCycle;
import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The API's process as operators meet it: a start that fails says why, a stop ends within what Kubernetes is told. */
@Slow
class ApiProcessTest {
    @Test
    void aPortInUseIsNamedWithItsOption() throws Exception {
        try (SilentServer silent = new SilentServer();
                MainProcess api = start(silent, silent.port(), TestPorts.take())) {
            assertEquals(1, api.awaitEnd(Duration.ofMinutes(1)), api::log);
            assertTrue(
                    api.log()
                            .contains(
                                    "Cannot start: port %d of 127.0.0.1 is in use: stop the process that uses it, or choose another port with --port"
                                            .formatted(silent.port())),
                    api::log);
        }
    }

    @Test
    void aManagementPortInUseIsNamedAndTheOtherPortIsGivenBack() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (SilentServer silent = new SilentServer()) {
            FrontendSettings settings = new FrontendSettings();
            settings.process.redis = Address.parse("redis://" + silent.address());
            settings.port = TestPorts.take();
            settings.managementPort = silent.port();
            Future<Void> start = new LifeCycle(vertx, new Frontend(settings)).start();
            Exception failure = assertThrows(IllegalStateException.class, () -> Futures.await(start));
            assertTrue(String.valueOf(failure.getMessage()).contains("choose another port with --management-port"));
            new ServerSocket(settings.port, 1, InetAddress.getLoopbackAddress()).close();
        } finally {
            Futures.await(vertx.close());
        }
    }

    @Test
    void aStopEndsInTimeWhileRedisIsSilent() throws Exception {
        try (SilentServer silent = new SilentServer();
                MainProcess api = start(silent, TestPorts.take(), TestPorts.take())) {
            api.awaitLog("serving on ");
            api.terminate();
            assertEquals(0, api.awaitEnd(grace()), api::log);
        }
    }

    private static Duration grace() throws Exception {
        Matcher grace = Pattern.compile("terminationGracePeriodSeconds: (\\d+)")
                .matcher(Files.readString(Path.of("..", "infra", "k8s", "base", "api.yaml")));
        assertTrue(grace.find());
        return Duration.ofSeconds(Long.parseLong(grace.group(1)));
    }

    private static MainProcess start(SilentServer redis, int port, int managementPort) throws Exception {
        return MainProcess.start(
                ApiFrontend.class,
                "--redis=redis://" + redis.address(),
                "--port=" + port,
                "--management-port=" + managementPort);
    }
}
