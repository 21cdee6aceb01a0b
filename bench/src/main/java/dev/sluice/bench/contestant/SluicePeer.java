package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.machine.ProcessTree;
import dev.sluice.bench.machine.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Sluice as {@code make up} starts it, on ports and with a state folder of its own. */
public final class SluicePeer implements Contestant {
    private static final int COMMAND_MINUTES = 9;

    private final Workshop workshop;
    private final String name;
    private final String appendFsync;
    private final boolean monitored;
    private final Path home;
    private final Map<String, String> environment;
    private final int port;

    private SluicePeer(Workshop workshop, String name, String appendFsync, boolean monitored) {
        this.workshop = workshop;
        this.monitored = monitored;
        this.name = name;
        this.appendFsync = appendFsync;
        this.home = workshop.work().resolve("sluice");
        this.port = Ports.free();
        this.environment = Map.of(
                "SLUICE_HOME",
                home.toString(),
                "SLUICE_SKIP_BUILD",
                "1",
                "SLUICE_PORT",
                String.valueOf(port),
                "SLUICE_MANAGEMENT_PORT",
                freePort(),
                "SLUICE_MONITOR_PORT",
                freePort(),
                "MLFLOW_PORT",
                freePort(),
                "REDIS_PORT",
                freePort(),
                "POSTGRES_PORT",
                freePort(),
                "REDIS_APPENDFSYNC",
                appendFsync,
                "SLUICE_MONITOR",
                monitored ? "1" : "0");
    }

    private static String freePort() {
        return String.valueOf(Ports.free());
    }

    public static SluicePeer asInstalled(Workshop workshop) {
        return new SluicePeer(workshop, "Sluice", "everysec", true);
    }

    /** What is accepted is on the disk. */
    public static SluicePeer withEachWriteOnDisk(Workshop workshop) {
        return new SluicePeer(workshop, "Sluice, appendfsync always", "always", true);
    }

    /** Nobody keeps what is predicted. */
    public static SluicePeer withoutMonitor(Workshop workshop) {
        return new SluicePeer(workshop, "Sluice, no prediction log", "everysec", false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return Programs.gitVersion(workshop.project()) + ", Redis " + Programs.redisVersion();
    }

    @Override
    public String settings() {
        return "`make up`: one API, one worker of %d threads, Redis with appendfsync %s, %s"
                .formatted(workshop.threads(), appendFsync, monitored ? "a monitor and its Postgres" : "no monitor");
    }

    @Override
    public Set<Work> works() {
        return EnumSet.allOf(Work.class);
    }

    /** Half of what it does in its first seconds is to compile itself, and what it answers stands still meanwhile for seconds at a time. */
    @Override
    public Duration leastWarmUp() {
        return Duration.ofSeconds(21);
    }

    @Override
    public Running start() throws IOException, InterruptedException {
        Process up = sluice("up");
        Started started = new Started();
        try {
            awaitSuccess(up, "Sluice does not start", "sluice");
            return started;
        } catch (IllegalStateException e) {
            started.close();
            throw e;
        }
    }

    /** The address of its Redis. */
    public String redis() {
        return "redis://127.0.0.1:" + environment.get("REDIS_PORT");
    }

    /** The folder of its processes' logs. */
    public Path logs() {
        return home.resolve("logs");
    }

    /** The address of its API for operators. */
    public String management() {
        return "http://127.0.0.1:" + environment.get("SLUICE_MANAGEMENT_PORT");
    }

    /** Puts the registry's champions where the peers look for them. */
    public void fetchModels() throws IOException, InterruptedException {
        try (Running _ = start()) {
            Process fetch = workshop.launch(
                    List.of(
                            workshop.training().python(),
                            "fetch_models.py",
                            "http://127.0.0.1:" + environment.get("MLFLOW_PORT"),
                            workshop.models().toString()),
                    Map.of(),
                    "fetch-models");
            awaitSuccess(fetch, "the models cannot be fetched", "fetch-models");
        }
    }

    private void awaitSuccess(Process process, String failure, String log) throws IOException, InterruptedException {
        if (!process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException(failure + ": " + workshop.log(log) + " tells why");
        }
    }

    private Process sluice(String command) throws IOException {
        return workshop.launch(
                List.of(workshop.project().resolve("infra/bin/sluice").toString(), command), environment, "sluice");
    }

    private final class Started implements Running {
        @Override
        public InetSocketAddress address() {
            return Ports.loopback(port);
        }

        @Override
        public Exchange exchange(Work work) {
            return exchange(work, Map.of());
        }

        @Override
        public Exchange exchangeWithin(Duration deadline, Work work) {
            return exchange(work, Map.of("X-Sluice-Deadline-Ms", String.valueOf(deadline.toMillis())));
        }

        private Exchange exchange(Work work, Map<String, String> headers) {
            Samples samples = workshop.samples();
            return switch (work) {
                case ROW -> samples.row("/v1/models/iris/predict", headers);
                case PICTURE -> samples.picture("/v1/models/imagenet/predict", headers);
            };
        }

        /** Without MLflow, which has no part in an answer. */
        @Override
        public Map<String, ProcessTree> processes() {
            Map<String, ProcessTree> trees = new LinkedHashMap<>();
            List<String> parts = monitored
                    ? List.of("api-1", "worker-1", "redis", "monitor", "postgres")
                    : List.of("api-1", "worker-1", "redis");
            for (String part : parts) {
                trees.put(part.replace("-1", ""), new ProcessTree(pid(part)));
            }
            return trees;
        }

        @Override
        public void close() throws IOException {
            try {
                awaitSuccess(sluice("down"), "Sluice does not stop", "sluice");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private long pid(String part) {
            try (Stream<String> lines = Files.lines(home.resolve("run").resolve(part + ".process"))) {
                return lines.filter(line -> line.startsWith("pid="))
                        .mapToLong(line -> Long.parseLong(line.substring("pid=".length())))
                        .findFirst()
                        .orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
