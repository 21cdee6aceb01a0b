package dev.sluice.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.MainProcess;
import dev.sluice.chaos.SilentServer;
import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TestPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker's process as operators meet it: a start that fails says why, a stop ends within what Kubernetes is told. */
@Slow
class WorkerProcessTest {
    private static final Path K8S = Path.of("..", "infra", "k8s", "base");

    @TempDir
    Path cache;

    @Test
    void anAddressOfAnotherMachineIsNamedAndNoOtherPortIsTried() throws Exception {
        try (SilentServer silent = new SilentServer();
                MainProcess worker = start(silent, "--host", "203.0.113.1")) {
            assertEquals(1, worker.awaitEnd(Duration.ofMinutes(1)), worker::log);
            assertTrue(
                    worker.log()
                            .contains(
                                    "Cannot start: 203.0.113.1 is not an address of this machine: set --host to one that is"),
                    worker::log);
            assertFalse(worker.log().contains("\tat "), "without a stack trace");
        }
    }

    @Test
    void theNextFreePortIsUsedWhenTheFirstIsInUse() throws Exception {
        try (SilentServer silent = new SilentServer();
                SilentServer other = new SilentServer();
                MainProcess worker = start(silent, "--management-port", String.valueOf(other.port()))) {
            worker.awaitLog("management on port ");
            Matcher port = Pattern.compile("management on port (\\d+)").matcher(worker.log());
            assertTrue(port.find() && Integer.parseInt(port.group(1)) > other.port(), worker::log);
        }
    }

    @Test
    void aStopEndsInTimeWhileRedisAndMlflowAreSilent() throws Exception {
        try (SilentServer silent = new SilentServer();
                MainProcess worker = start(silent, "--management-port", String.valueOf(TestPorts.take()))) {
            worker.awaitLog("management on port ");
            worker.terminate();
            // As the JVM ends after SIGTERM.
            assertEquals(143, worker.awaitEnd(grace()), worker::log);
            assertTrue(worker.log().contains("draining"), worker::log);
            assertTrue(worker.log().contains("stopped"), worker::log);
        }
    }

    @Test
    void theLogIsJsonFromItsFirstLineWhenTheOptionSaysSo() throws Exception {
        try (SilentServer silent = new SilentServer();
                MainProcess worker =
                        start(silent, "--log-format=json", "--management-port", String.valueOf(TestPorts.take()))) {
            worker.awaitLog("management on port ");
            assertTrue(worker.log().lines().allMatch(line -> line.startsWith("{")), worker::log);
        }
    }

    @Test
    void theDrainTimeoutLeavesTimeToCloseWithinWhatKubernetesGrants() throws Exception {
        List<String> settings = Files.readAllLines(K8S.resolve("settings/worker.env"));
        String drain = settings.stream()
                .filter(line -> line.startsWith("SLUICE_DRAIN_TIMEOUT="))
                .findFirst()
                .orElseThrow();
        long seconds = Long.parseLong(drain.replaceAll("\\D", ""));
        // To unregister, and to close connections.
        assertTrue(seconds + 10 < grace().toSeconds(), drain + " and " + grace());
    }

    private static Duration grace() throws Exception {
        Matcher grace = Pattern.compile("terminationGracePeriodSeconds: (\\d+)")
                .matcher(Files.readString(K8S.resolve("worker.yaml")));
        assertTrue(grace.find());
        return Duration.ofSeconds(Long.parseLong(grace.group(1)));
    }

    private MainProcess start(SilentServer silent, String... options) throws Exception {
        List<String> args = new java.util.ArrayList<>(List.of(
                "--redis",
                "redis://" + silent.address(),
                "--mlflow",
                "http://" + silent.address(),
                "--cache",
                cache.toString()));
        args.addAll(List.of(options));
        return MainProcess.start(ModelWorker.class, args.toArray(String[]::new));
    }
}
