package dev.sluice.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.MainProcess;
import dev.sluice.chaos.SilentServer;
import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TcpProxy;
import dev.sluice.chaos.TestPorts;
import dev.sluice.settings.Address;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The monitor's process as operators meet it: a start that fails says why, a stop ends within what Kubernetes is told. */
@Slow
class MonitorProcessTest {
    @TempDir
    Path folder;

    @Test
    void aPortInUseIsNamedWithItsOption() throws Exception {
        try (SilentServer silent = new SilentServer();
                MainProcess monitor =
                        start(silent.address(), "postgres:x@" + silent.address() + "/none", silent.port())) {
            assertEquals(1, monitor.awaitEnd(Duration.ofMinutes(1)), monitor::log);
            assertTrue(
                    monitor.log()
                            .contains("Cannot start: port %d of 127.0.0.1 is in use: stop the process that uses it,"
                                            .formatted(silent.port())
                                    + " or choose another port with --monitor-port"),
                    monitor::log);
        }
    }

    @Test
    void aStopEndsInTimeWhileRedisAndPostgresHaveNeverAnswered() throws Exception {
        try (SilentServer silent = new SilentServer();
                MainProcess monitor =
                        start(silent.address(), "postgres:x@" + silent.address() + "/none", TestPorts.take())) {
            monitor.awaitLog("serving on ");
            monitor.terminate();
            assertEquals(0, monitor.awaitEnd(grace()), monitor::log);
        }
    }

    @Test
    void aStopEndsInTimeAndTakesTheTrainerAlongWhilePostgresIsSilent() throws Exception {
        Path trainer = folder.resolve("trainer");
        Path begun = folder.resolve("begun");
        Files.writeString(trainer, "#!/bin/sh\necho $$ >" + begun + "\nexec sleep 600\n");
        Files.setPosixFilePermissions(trainer, PosixFilePermissions.fromString("rwx------"));
        int port = TestPorts.take();
        try (RealServices services = RealServices.start()) {
            String database = services.postgres().newDatabase();
            URI direct = URI.create(Address.parse(database).base());
            try (TcpProxy network = new TcpProxy(direct.getPort());
                    MainProcess monitor = start(
                            services.redis().url().substring("redis://".length()),
                            database.replace("postgresql://", "")
                                    .replace(
                                            ":" + direct.getPort(),
                                            network.redisUrl().substring("redis://127.0.0.1".length())),
                            port,
                            "--hook-token=token",
                            "--retrain-command=" + trainer,
                            "--retrain-logs=" + folder)) {
                monitor.awaitLog("serving on ");
                Waiting.until("the retraining has begun", () -> alert(port) == 200 && Files.exists(begun));
                network.cut();
                monitor.terminate();
                assertEquals(0, monitor.awaitEnd(grace()), monitor::log);
                long pid = Long.parseLong(Files.readString(begun).strip());
                assertTrue(ProcessHandle.of(pid).isEmpty(), "the trainer has ended, too");
            }
        }
    }

    private static int alert(int port) {
        String message = """
                {"version": "4", "status": "firing", "alerts": [{"status": "firing", "fingerprint": "one",
                 "startsAt": "2026-11-22T10:00:00Z",
                 "labels": {"alertname": "ModelInputDrift", "model": "loan", "version": "1", "response": "retrain"}}]}
                """;
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hooks/alertmanager"))
                                    .header("Authorization", "Bearer token")
                                    .POST(HttpRequest.BodyPublishers.ofString(message))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Duration grace() throws Exception {
        Matcher grace = Pattern.compile("terminationGracePeriodSeconds: (\\d+)")
                .matcher(Files.readString(Path.of("..", "infra", "k8s", "base", "monitor.yaml")));
        assertTrue(grace.find());
        return Duration.ofSeconds(Long.parseLong(grace.group(1)));
    }

    private static MainProcess start(String redis, String database, int port, String... options) throws Exception {
        List<String> args = new ArrayList<>(
                List.of("--redis=redis://" + redis, "--database=postgresql://" + database, "--monitor-port=" + port));
        args.addAll(List.of(options));
        return MainProcess.start(ModelMonitor.class, args.toArray(String[]::new));
    }
}
