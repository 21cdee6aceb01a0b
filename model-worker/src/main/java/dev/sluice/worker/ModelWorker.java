package dev.sluice.worker;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.process.ListenFailure;
import dev.sluice.process.NameResolution;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RedisHealth;
import dev.sluice.redis.RedisLink;
import dev.sluice.settings.SettingsReader;
import dev.sluice.telemetry.ManagementServer;
import dev.sluice.telemetry.ProcessMeters;
import dev.sluice.telemetry.Readiness;
import dev.sluice.telemetry.RedisMeters;
import dev.sluice.worker.batch.DeploymentService;
import dev.sluice.worker.batch.TimeLeft;
import dev.sluice.worker.batch.Watchdog;
import dev.sluice.worker.lease.Heartbeat;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.MlflowServer;
import dev.sluice.worker.rollout.Rollouts;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker process: start at {@link #main}; it reads as a table of contents. */
public final class ModelWorker {
    private static final Logger LOG = LoggerFactory.getLogger(ModelWorker.class);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(2);
    private static final Duration RESTORE_ON_BOARD = Duration.ofSeconds(2);
    private static final Duration FORGET_METERS = Duration.ofSeconds(10);
    private static final int PORTS_TO_TRY = 50;
    private static final int MOST_PORT = 65_535;

    private final Vertx vertx;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RedisLink jobsLink;
    private final RedisLink heartbeatLink;
    private final ChannelSubscriber subscriber;
    private final RedisHealth redis;
    /** Without credentials. */
    private final String redisAddress;

    private final Heartbeat heartbeat;
    private final Watchdog watchdog;
    private final ManagementServer management;
    private final BoardWriter board;
    private final ServedDeployments services;
    private final Rollouts rollouts;
    private final Duration drainTimeout;
    private volatile boolean draining;

    private ModelWorker(Vertx vertx, WorkerSettings settings) throws Exception {
        this.vertx = vertx;
        drainTimeout = settings.drainTimeout();
        jobsLink = RedisLink.open(vertx, settings.redis.withCredentials(), "jobs", COMMAND_LIMIT);
        heartbeatLink = RedisLink.open(vertx, settings.redis.withCredentials(), "heartbeat", COMMAND_LIMIT);
        subscriber = new ChannelSubscriber(vertx, settings.redis.withCredentials(), "wake-ups", () -> {});
        redis = RedisHealth.watch(
                vertx, List.of(jobsLink, heartbeatLink, subscriber.link()), RedisHealth.Publishes.YES);
        redisAddress = settings.redis.toString();
        measure();
        management = listenOnFreePort(settings);
        heartbeat = new Heartbeat(settings.leaseTerms(), metrics);
        watchdog = new Watchdog(settings.inferenceLimit);
        String host = InetAddress.getLocalHost().getHostName();
        long pid = ProcessHandle.current().pid();
        String name = host + "/" + pid;
        board = new BoardWriter(new DeploymentBoard(jobsLink), name);
        services = new ServedDeployments(
                board,
                name,
                new DeploymentService.Surroundings(
                        jobsLink,
                        heartbeatLink,
                        subscriber,
                        settings.leaseTerms(),
                        heartbeat,
                        watchdog,
                        settings.loops(),
                        settings.loggedInput(),
                        metrics,
                        describe(host, pid, management.port())),
                metrics);
        MlflowServer mlflow = settings.mlflowServer(System.getenv());
        LOG.info(
                "fetching model versions {}",
                settings.artifactLocation()
                        .map(store -> "from s3://%s at %s".formatted(store.bucket(), settings.s3Endpoint))
                        .orElse("through MLflow at " + mlflow));
        rollouts = new Rollouts(
                new MlflowRegistry(mlflow, settings.artifactLocation()),
                ArtifactCache.open(settings.cache, settings.cacheLimits()),
                settings.rolloutSettings(),
                board,
                services);
    }

    /** Runs until SIGTERM or SIGINT. */
    public static void main(String[] args) {
        int[] exitCode = {0};
        Optional<WorkerSettings> settings = SettingsReader.read(new WorkerSettings(), args, System.getenv(), exitCode);
        if (settings.isEmpty()) {
            System.exit(exitCode[0]);
        }
        try {
            ModelWorker worker = new ModelWorker(Vertx.vertx(NameResolution.freshNames()), settings.get());
            Runtime.getRuntime().addShutdownHook(new Thread(worker::drain, "drain"));
            worker.start();
        } catch (ListenFailure e) {
            LOG.error("Cannot start: {}", e.getMessage());
            System.exit(1);
        } catch (Exception e) {
            LOG.error("Cannot start: {}", e.getMessage(), e);
            System.exit(1);
        }
    }

    private void start() throws InterruptedException {
        LOG.info("management on port {}: /health/live, /health/ready, /metrics", management.port());
        heartbeat.start();
        vertx.setPeriodic(RESTORE_ON_BOARD.toMillis(), _ -> board.restore());
        vertx.setPeriodic(FORGET_METERS.toMillis(), _ -> services.forgetOldMeters());
        rollouts.start();
    }

    private void measure() {
        RedisMeters.bindTo(metrics, redis);
        ProcessMeters.bindTo(metrics);
    }

    private Readiness.Health health() {
        List<String> obstacles = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        if (draining) {
            obstacles.add("shutting down");
        }
        RedisMeters.describe(redis, redisAddress, obstacles, warnings);
        if (services == null || services.isEmpty()) {
            obstacles.add("no model is live");
        }
        return new Readiness.Health(obstacles, warnings);
    }

    private List<String> endedThreads() {
        return rollouts == null ? List.of() : rollouts.endedThreads();
    }

    /** Takes nothing more, finishes what runs, gives the rest back, then closes in reverse order of the start. */
    private void drain() {
        try {
            LOG.info("draining");
            TimeLeft limit = TimeLeft.of(drainTimeout, System::nanoTime);
            draining = true;
            rollouts.stop();
            services.drain(limit);
            heartbeat.close();
            watchdog.close();
            redis.close();
            subscriber
                    .close()
                    .eventually(heartbeatLink::close)
                    .eventually(jobsLink::close)
                    .eventually(management::close)
                    .eventually(vertx::close)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            LOG.info("stopped");
        } catch (Exception e) {
            LOG.warn("not everything could be closed: {}", e.toString());
        }
    }

    /** The next ports are tried only if others are in use: another port helps against no other fault. */
    private ManagementServer listenOnFreePort(WorkerSettings settings) throws InterruptedException {
        int last = Math.min(MOST_PORT, settings.managementPort + PORTS_TO_TRY);
        for (int port = settings.managementPort; ; port++) {
            try {
                return ManagementServer.listen(vertx, settings.host, port, metrics, this::health, this::endedThreads)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
                ListenFailure failure = ListenFailure.of(cause, settings.host, port, "--management-port");
                if (!failure.isPortTaken()) {
                    throw failure;
                }
                if (port >= last) {
                    throw ListenFailure.allTaken(settings.host, settings.managementPort, last, "--management-port");
                }
            }
        }
    }

    private static JsonObject describe(String host, long pid, int managementPort) {
        return new JsonObject()
                .put("host", host)
                .put("pid", pid)
                .put("management_port", managementPort)
                .put(
                        "since",
                        Instant.now()
                                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                .toString());
    }
}
