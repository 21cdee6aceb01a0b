package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.TestPorts;
import dev.sluice.redis.RealRedis;
import dev.sluice.system.RunningSluice;
import dev.sluice.system.SluiceClient;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.Traffic.Told;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the release before to this one and back, process by process, under load: no request fails and no prediction is missing. */
@OnEachRedis
class RollingUpgradeFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";
    private static final int ASYNCHRONOUS = 20;
    private static final String VERSIONS = "sluice:{" + Probe.DEPLOYMENT + "}:version:*";
    private static final String LOG = "sluice:{" + Probe.DEPLOYMENT + "}:log";

    private final String redisServer;
    private final RunningSluice sluice;
    private final List<ServerProcess> apis = new ArrayList<>();
    private final List<ServerProcess> workers = new ArrayList<>();
    private final List<AsyncJobs> asynchronous = new ArrayList<>();
    private RealRedis redis;
    private QueueView queue;
    private Path folder;
    private String database;
    private ServerProcess monitor;

    RollingUpgradeFaultsTest(String redisServer, Rigs rigs) {
        this.redisServer = redisServer;
        this.sluice = rigs.sluice();
    }

    @BeforeEach
    void startTheReleaseBefore() throws Exception {
        assumeTrue(ChaosForm.isLong(), "builds a release: only in the long form");
        assumeTrue(Nginx.isInstalled(), "nginx is not installed");
        ReleaseBefore.build();
        folder = Files.createTempDirectory("sluice-upgrade");
        redis = RealRedis.startBinary(redisServer);
        queue = new QueueView(redis.url());
        database = sluice.newDatabase("upgrade");
        for (int number = 1; number <= 2; number++) {
            workers.add(launch(
                    "worker-" + number,
                    "model-worker",
                    Map.of(
                            "SLUICE_MODELS", Probe.DEPLOYMENT.toString(),
                            "SLUICE_PREDICTION_LOG_BYTES", "100000000",
                            "SLUICE_MLFLOW", sluice.mlflowUrl(),
                            "SLUICE_CACHE", folder.resolve("cache-" + number).toString())));
            apis.add(launch("api-" + number, "api-frontend", Map.of("SLUICE_PORT", String.valueOf(TestPorts.take()))));
        }
        String port = String.valueOf(TestPorts.take());
        monitor = launch(
                "monitor",
                "monitor",
                Map.of("SLUICE_DATABASE", database, "SLUICE_MONITOR_PORT", port, "SLUICE_MANAGEMENT_PORT", port));
        for (ServerProcess process : all()) {
            process.awaitReady();
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (folder == null) {
            return;
        }
        for (ServerProcess process : all()) {
            process.close();
        }
        queue.close();
        redis.close();
        RunningSluice.delete(folder);
    }

    @Test
    void nothingIsLostOnTheWayToThisReleaseAndBack() throws Exception {
        try (Nginx nginx = Nginx.frontDoor(apis)) {
            eventually(
                    "nginx reaches an API that knows the model",
                    LIMIT,
                    () -> nginx.client().postJson(Probe.PATH, Probe.row(1, 0)).status() == 200);
            Traffic traffic = new Traffic(nginx.client(), RollingUpgradeFaultsTest::ask).poisson(100, ChaosForm.seed());
            int replaced = upgrade(nginx, traffic);
            traffic.awaitThoseUnderWay();
            long versions = versionRecords();
            replaced += rollBack(nginx, traffic);
            List<Told> told = traffic.finish();
            int right = 0;
            int sent = 0;
            for (AsyncJobs jobs : asynchronous) {
                right += jobs.right(nginx.client());
                sent += jobs.accepted();
            }
            // With the one before the load.
            long expected = 1L + told.size() + sent;
            eventually("every prediction is stored", LIMIT, () -> stored() >= expected);
            table().add(
                            "rolling upgrade from the release before and back, under load",
                            versions > 0 && replaced == 10,
                            "%d processes replaced, answers as tensors in between".formatted(replaced),
                            told.size() / (traffic.millis() / 1e3),
                            "%s of %d; asynchronous %d of %d right; %d of %d predictions stored"
                                    .formatted(Traffic.summary(told), told.size(), right, sent, stored(), expected),
                            "0 failed, 0 lost",
                            Traffic.allRight(told) && right == sent && stored() == expected);
        }
    }

    /** Every second one under a key, whose answer may be fetched again. */
    private static CompletableFuture<Answer> ask(SluiceClient api, int number) {
        return number % 2 == 0
                ? api.postJsonAsync(Probe.PATH, Probe.row(number, 5), DEADLINE, "20000")
                : api.postJsonAsync(
                        Probe.PATH,
                        Probe.row(number, 5),
                        DEADLINE,
                        "20000",
                        "Idempotency-Key",
                        "upgrade-" + number + "-" + System.nanoTime());
    }

    /** Workers first: they answer both. */
    private int upgrade(Nginx nginx, Traffic traffic) throws Exception {
        List<ServerProcess> order = new ArrayList<>(workers);
        order.add(monitor);
        order.addAll(apis);
        for (ServerProcess process : order) {
            replace(process, sluice.app().resolve(moduleOf(process)).resolve(moduleOf(process) + ".jar"), nginx);
        }
        eventually("answers are tensors", LIMIT, () -> versionRecords() > 0);
        traffic.awaitThoseUnderWay();
        return order.size();
    }

    /** APIs first: what they write, workers of both releases read. */
    private int rollBack(Nginx nginx, Traffic traffic) throws Exception {
        int replaced = 0;
        for (ServerProcess api : apis) {
            replace(api, ReleaseBefore.jar("api-frontend"), nginx);
            replaced++;
        }
        traffic.awaitThoseUnderWay();
        // The monitor of the release before does not read what is in the log by now.
        eventually("the log is empty", LIMIT, () -> command("LLEN", LOG) == 0);
        replace(monitor, ReleaseBefore.jar("monitor"), nginx);
        replaced++;
        for (ServerProcess worker : workers) {
            replace(worker, ReleaseBefore.jar("model-worker"), nginx);
            replaced++;
        }
        return replaced;
    }

    private void replace(ServerProcess process, Path jar, Nginx nginx) throws Exception {
        AsyncJobs jobs = new AsyncJobs().send(nginx.client(), ASYNCHRONOUS, 5);
        jobs.accepted();
        asynchronous.add(jobs);
        process.terminate();
        process.awaitEnd(LIMIT);
        process.startAgain(jar);
        process.awaitReady();
    }

    private ServerProcess launch(String name, String module, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(
                Map.of("SLUICE_REDIS", redis.url(), "SLUICE_MANAGEMENT_PORT", String.valueOf(TestPorts.take())));
        all.putAll(settings);
        List<String> command = ServerProcess.command(ReleaseBefore.jar(module), module, "-Xmx384m");
        return new ServerProcess(name, command, all, null, folder.resolve(name + ".log"));
    }

    private List<ServerProcess> all() {
        List<ServerProcess> all = new ArrayList<>(apis);
        all.addAll(workers);
        if (monitor != null) {
            all.add(monitor);
        }
        return all;
    }

    private static String moduleOf(ServerProcess process) {
        return switch (process.name().split("-")[0]) {
            case "api" -> "api-frontend";
            case "worker" -> "model-worker";
            default -> "monitor";
        };
    }

    private long versionRecords() throws Exception {
        return queue.command(Request.cmd(Command.KEYS).arg(VERSIONS)).size();
    }

    private long command(String name, String key) throws Exception {
        return queue.command(Request.cmd(Command.create(name)).arg(key)).toLong();
    }

    /** Predictions in Postgres with the answer that their caller got. */
    private long stored() throws Exception {
        URI address = URI.create(database);
        String url = "jdbc:postgresql://" + address.getAuthority().replaceFirst(".*@", "") + address.getPath();
        String[] login = address.getUserInfo().split(":", 2);
        try (Connection connection = DriverManager.getConnection(url, login[0], login[1]);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(
                        "select count(*) from prediction where output ->> 'value' is not null")) {
            count.next();
            return count.getLong(1);
        }
    }

    private FaultTable table() throws Exception {
        return new FaultTable(queue.redisVersion());
    }
}
