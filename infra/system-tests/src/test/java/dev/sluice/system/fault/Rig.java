package dev.sluice.system.fault;

import dev.sluice.chaos.TcpProxy;
import dev.sluice.chaos.TestPorts;
import dev.sluice.redis.RealRedis;
import dev.sluice.system.Eventually;
import dev.sluice.system.RunningSluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Two APIs and two workers around one Redis of their own, to be killed, stopped, cut off and started again. Each process reaches Redis
 * through a network of its own. MLflow is that of the running system.
 */
final class Rig implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningSluice sluice;
    private final RealRedis redis;
    private final String redisVersion;
    private final QueueView queue;
    private final Path folder;
    private final Path temporary;
    private final List<ServerProcess> apis = new ArrayList<>();
    private final List<ServerProcess> workers = new ArrayList<>();

    Rig(RunningSluice sluice, String redisServer) throws Exception {
        this.sluice = sluice;
        this.folder = Files.createTempDirectory("sluice-fault");
        this.temporary = Files.createDirectory(folder.resolve("tmp"));
        this.redis = RealRedis.startBinary(redisServer);
        this.queue = new QueueView(redis.url());
        this.redisVersion = queue.redisVersion();
        for (int number = 1; number <= 2; number++) {
            apis.add(startApi("api-" + number, Map.of()));
            workers.add(startWorker("worker-" + number, Map.of()));
        }
    }

    RealRedis redis() {
        return redis;
    }

    String redisVersion() {
        return redisVersion;
    }

    QueueView queue() {
        return queue;
    }

    ServerProcess api(int number) {
        return apis.get(number - 1);
    }

    ServerProcess worker(int number) {
        return workers.get(number - 1);
    }

    /** All of them, in the order in which they were started. */
    List<ServerProcess> apis() {
        return List.copyOf(apis);
    }

    List<ServerProcess> workers() {
        return List.copyOf(workers);
    }

    /** One more API, of its starter's own; close it. */
    ServerProcess startApi(String name, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("SLUICE_PORT", String.valueOf(TestPorts.take())));
        all.putAll(settings);
        return launch(name, "api-frontend", "-Xmx256m", all);
    }

    /** One more worker of the probe model, of its starter's own; close it. */
    ServerProcess startWorker(String name, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of(
                "SLUICE_MODELS",
                Probe.DEPLOYMENT.toString(),
                "SLUICE_MLFLOW",
                sluice.mlflowUrl(),
                "SLUICE_CACHE",
                folder.resolve(name + "-cache").toString()));
        all.putAll(settings);
        return launch(name, "model-worker", "-Xmx512m", all);
    }

    /** Files that the processes have put into their folder for temporary ones. */
    List<String> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    /** Everything runs and is ready, both APIs know the model, and no job is open. */
    void makeWhole() throws Exception {
        if (redis.isAlive()) {
            redis.resume();
        } else {
            redis.startAgain();
        }
        List<ServerProcess> all = new ArrayList<>(apis);
        all.addAll(workers);
        for (ServerProcess process : all) {
            process.network().mend();
            if (process.isAlive()) {
                process.resume();
            } else {
                process.startAgain();
            }
        }
        for (ServerProcess process : all) {
            process.awaitReady();
        }
        for (ServerProcess api : apis) {
            Eventually.eventually(
                    api.name() + " answers for the probe model",
                    LIMIT,
                    () -> api.client().postJson(Probe.PATH, Probe.row(1, 0)).status() == 200);
        }
        Eventually.eventually("no job is open", LIMIT, () -> queue.counter(Probe.DEPLOYMENT, "open.jobs") == 0);
    }

    @Override
    public void close() throws IOException {
        for (ServerProcess process : apis) {
            process.close();
        }
        for (ServerProcess process : workers) {
            process.close();
        }
        queue.close();
        redis.close();
        RunningSluice.delete(folder);
    }

    private ServerProcess launch(String name, String module, String heap, Map<String, String> settings)
            throws IOException {
        TcpProxy network = new TcpProxy(redis.port());
        Map<String, String> all = new HashMap<>(
                Map.of("SLUICE_REDIS", network.redisUrl(), "SLUICE_MANAGEMENT_PORT", String.valueOf(TestPorts.take())));
        all.putAll(settings);
        List<String> command = ServerProcess.command(sluice, module, heap, "-Djava.io.tmpdir=" + temporary);
        return new ServerProcess(name, command, all, network, folder.resolve(name + ".log"));
    }
}
