package dev.sluice.worker;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.board.WorkerDescription;
import dev.sluice.job.JobSchema;
import dev.sluice.process.ListenFailure;
import dev.sluice.process.Program;
import dev.sluice.process.StartedParts;
import dev.sluice.queue.VersionRecords;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RedisHealth;
import dev.sluice.redis.RedisLink;
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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of one worker process, wired together; {@link #start} reads as a table of contents. */
final class Worker implements Program {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(2);
    private static final Duration RESTORE_ON_BOARD = Duration.ofSeconds(2);
    private static final Duration FORGET_METERS = Duration.ofSeconds(10);
    private static final int PORTS_TO_TRY = 50;
    private static final int MOST_PORT = 65_535;

    private final WorkerSettings settings;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile @Nullable Running running;
    private volatile boolean draining;

    Worker(WorkerSettings settings) {
        this.settings = settings;
    }

    /** What is asked of the parts once they have started. */
    private record Running(ManagementServer management, ServedDeployments services, Rollouts rollouts) {}

    @Override
    public Threading threading() {
        return Threading.BLOCKING;
    }

    @Override
    public Future<?> start(Vertx vertx, StartedParts parts) throws Exception {
        String address = settings.process.redis.withCredentials();
        RedisLink jobsLink = RedisLink.open(vertx, address, "jobs", COMMAND_LIMIT);
        parts.add("The connection for jobs", jobsLink::close);
        RedisLink heartbeatLink = RedisLink.open(vertx, address, "heartbeat", COMMAND_LIMIT);
        parts.add("The connection for heartbeats", heartbeatLink::close);
        ChannelSubscriber subscriber = new ChannelSubscriber(vertx, address, "wake-ups", () -> {});
        parts.add("The connection for wake-ups", subscriber::close);
        RedisHealth redis = RedisHealth.watch(
                vertx, List.of(jobsLink, heartbeatLink, subscriber.link()), RedisHealth.Publishes.YES);
        parts.addImmediate("The probe of Redis", redis::close);
        ProcessMeters.bindTo(metrics, redis);
        ManagementServer management = listenOnFreePort(vertx, () -> health(redis));
        parts.add("The management port", management::close);
        Heartbeat heartbeat = new Heartbeat(settings.leaseTerms(), metrics);
        parts.addImmediate("The heartbeat", heartbeat::close);
        Watchdog watchdog = new Watchdog(settings.inference.inferenceLimit);
        parts.addImmediate("The watchdog", watchdog::close);

        JsonObject description = describe(management.port());
        String name = description.getString("host") + "/" + description.getLong("pid");
        BoardWriter board = new BoardWriter(new DeploymentBoard(jobsLink), new VersionRecords(jobsLink), name);
        ServedDeployments services = new ServedDeployments(
                board,
                name,
                new DeploymentService.Surroundings(
                        jobsLink,
                        heartbeatLink,
                        subscriber,
                        settings.leaseTerms(),
                        heartbeat,
                        watchdog,
                        settings.inference.loops(),
                        settings.leases.loggedInput(),
                        metrics,
                        description),
                metrics);
        Rollouts rollouts = rollouts(board, services);
        running = new Running(management, services, rollouts);

        heartbeat.start();
        repeat(vertx, RESTORE_ON_BOARD, board::restore, parts);
        repeat(vertx, FORGET_METERS, services::forgetOldMeters, parts);
        rollouts.start();
        return Future.succeededFuture();
    }

    @Override
    public String welcome() {
        return "management on port %d: /health/live, /health/ready, /metrics"
                .formatted(started().management().port());
    }

    /** Takes nothing more, finishes what runs, gives the rest back. */
    @Override
    public Future<?> drain() throws InterruptedException {
        LOG.info("draining");
        TimeLeft limit = TimeLeft.of(settings.drainTimeout(), System::nanoTime);
        draining = true;
        started().rollouts().stop();
        started().services().drain(limit);
        return Future.succeededFuture();
    }

    @Override
    public Duration drainWithin() {
        return settings.drainTimeout();
    }

    private Rollouts rollouts(BoardWriter board, ServedDeployments services) {
        MlflowServer mlflow = settings.registry.mlflowServer(System.getenv());
        LOG.info(
                "fetching model versions {}",
                settings.registry
                        .artifactLocation()
                        .map(store -> "from s3://%s at %s".formatted(store.bucket(), settings.registry.s3Endpoint))
                        .orElse("through MLflow at " + mlflow));
        return new Rollouts(
                new MlflowRegistry(mlflow, settings.registry.artifactLocation()),
                ArtifactCache.open(settings.cache.cache, settings.cache.limits()),
                settings.rolloutSettings(),
                board,
                services);
    }

    private static void repeat(Vertx vertx, Duration interval, Runnable task, StartedParts parts) {
        long timer = vertx.setPeriodic(interval.toMillis(), _ -> task.run());
        parts.addImmediate("A timer", () -> vertx.cancelTimer(timer));
    }

    private Readiness.Health health(RedisHealth redis) {
        List<String> obstacles = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        if (draining) {
            obstacles.add("shutting down");
        }
        RedisMeters.describe(redis, settings.process.redis.toString(), obstacles, warnings);
        Running parts = running;
        if (parts == null || parts.services().isEmpty()) {
            obstacles.add("no model is live");
        }
        return new Readiness.Health(obstacles, warnings);
    }

    private List<String> endedThreads() {
        Running parts = running;
        return parts == null ? List.of() : parts.rollouts().endedThreads();
    }

    private Running started() {
        return Objects.requireNonNull(running, "not started yet");
    }

    /** The next ports are tried only if others are in use: another port helps against no other fault. */
    private ManagementServer listenOnFreePort(Vertx vertx, Readiness readiness) throws InterruptedException {
        String host = settings.process.host;
        int first = settings.managementPort;
        int last = Math.min(MOST_PORT, first + PORTS_TO_TRY);
        for (int port = first; ; port++) {
            try {
                return ManagementServer.listen(vertx, host, port, metrics, readiness, this::endedThreads)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
                ListenFailure failure = ListenFailure.of(cause, host, port, "--management-port");
                if (!failure.isPortTaken()) {
                    throw failure;
                }
                if (port >= last) {
                    throw ListenFailure.allTaken(host, first, last, "--management-port");
                }
            }
        }
    }

    /** What the deployment board says of this process. */
    private static JsonObject describe(int managementPort) throws UnknownHostException {
        return new JsonObject()
                .put("host", InetAddress.getLocalHost().getHostName())
                .put("pid", ProcessHandle.current().pid())
                .put("management_port", managementPort)
                .put(WorkerDescription.SCHEMA, JobSchema.NEWEST.number())
                .put("since", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
