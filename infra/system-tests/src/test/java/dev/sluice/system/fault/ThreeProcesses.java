package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;

import dev.sluice.chaos.TestPorts;
import dev.sluice.system.RunningSluice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** An API, a worker of the probe model and a monitor around a Redis, with a database of their own. */
final class ThreeProcesses implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningSluice sluice;
    private final List<String> flags;
    private final Path folder;
    private final ServerProcess api;
    private final ServerProcess worker;
    private final ServerProcess monitor;

    /**
     * They are starting.
     *
     * @param flags of their JVMs
     */
    ThreeProcesses(RunningSluice sluice, String redis, String database, String... flags) throws IOException {
        this(sluice, _ -> redis, database, flags);
    }

    /**
     * They are starting.
     *
     * @param redis its address for the process of this name
     * @param flags of their JVMs
     */
    ThreeProcesses(RunningSluice sluice, UnaryOperator<String> redis, String database, String... flags)
            throws IOException {
        this.sluice = sluice;
        this.flags = List.of(flags);
        this.folder = Files.createTempDirectory("sluice-three");
        int port = TestPorts.take();
        int monitorPort = TestPorts.take();
        this.worker = launch(
                "worker",
                "model-worker",
                Map.of(
                        "SLUICE_REDIS", redis.apply("worker"),
                        "SLUICE_MANAGEMENT_PORT", String.valueOf(TestPorts.take()),
                        "SLUICE_MODELS", Probe.DEPLOYMENT.toString(),
                        "SLUICE_PREDICTION_LOG_BYTES", "1000000",
                        "SLUICE_MLFLOW", sluice.mlflowUrl(),
                        "SLUICE_CACHE", folder.resolve("cache").toString()));
        this.monitor = launch(
                "monitor",
                "monitor",
                Map.of(
                        "SLUICE_REDIS",
                        redis.apply("monitor"),
                        "SLUICE_DATABASE",
                        database,
                        "SLUICE_MONITOR_PORT",
                        String.valueOf(monitorPort),
                        // Where this test looks for its health.
                        "SLUICE_MANAGEMENT_PORT",
                        String.valueOf(monitorPort)));
        this.api = launch(
                "api",
                "api-frontend",
                Map.of(
                        "SLUICE_REDIS", redis.apply("api"),
                        "SLUICE_PORT", String.valueOf(port),
                        "SLUICE_MANAGEMENT_PORT", String.valueOf(TestPorts.take())));
    }

    ServerProcess api() {
        return api;
    }

    List<ServerProcess> all() {
        return List.of(api, worker, monitor);
    }

    ServerProcess monitor() {
        return monitor;
    }

    /** All are ready, and a request is answered. */
    void awaitReady() throws Exception {
        for (ServerProcess process : all()) {
            process.awaitReady();
        }
        eventually(
                "the API answers for the probe model",
                LIMIT,
                () -> api.client().postJson(Probe.PATH, Probe.row(1, 0)).status() == 200);
    }

    /** How often this process has connected to Redis. */
    static int connections(ServerProcess process) {
        return logged(process, "connected to Redis");
    }

    /** How many connections to Redis they have given up, all together. */
    int lost() {
        return all().stream()
                .mapToInt(process -> logged(process, "connection to Redis lost"))
                .sum();
    }

    private static int logged(ServerProcess process, String text) {
        try {
            return (int)
                    process.log().lines().filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often each of them has. */
    Map<ServerProcess, Integer> connections() {
        Map<ServerProcess, Integer> connections = new LinkedHashMap<>();
        all().forEach(process -> connections.put(process, connections(process)));
        return connections;
    }

    /**
     * Waits until each of them has connected anew and is ready.
     *
     * @param before what {@link #connections()} said before
     * @return for each, how many milliseconds it took from now
     */
    Map<String, Double> awaitReconnected(Map<ServerProcess, Integer> before) throws Exception {
        long begun = System.nanoTime();
        Map<String, Double> backMs = new LinkedHashMap<>();
        eventually("all have reconnected and are ready", LIMIT, () -> {
            before.forEach((process, count) -> {
                if (!backMs.containsKey(process.name()) && connections(process) > count && process.isReady()) {
                    backMs.put(process.name(), (System.nanoTime() - begun) / 1e6);
                }
            });
            return backMs.size() == before.size();
        });
        return backMs;
    }

    static String shown(Map<String, Double> backMs) {
        return backMs.entrySet().stream()
                .map(one -> "%s %.0f ms".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** The longest of these times. */
    static double slowest(Map<String, Double> backMs) {
        return Collections.max(backMs.values());
    }

    @Override
    public void close() throws IOException {
        for (ServerProcess process : all()) {
            process.close();
        }
        RunningSluice.delete(folder);
    }

    private ServerProcess launch(String name, String module, Map<String, String> settings) throws IOException {
        return new ServerProcess(
                name,
                ServerProcess.command(sluice, module, "-Xmx512m", flags.toArray(String[]::new)),
                new HashMap<>(settings),
                null,
                folder.resolve(name + ".log"));
    }
}
