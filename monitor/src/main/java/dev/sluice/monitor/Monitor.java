package dev.sluice.monitor;

import static java.util.Objects.requireNonNull;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.journal.FeedbackLog;
import dev.sluice.journal.PredictionLog;
import dev.sluice.monitor.dashboards.DashboardPages;
import dev.sluice.monitor.database.Database;
import dev.sluice.monitor.database.Migration;
import dev.sluice.monitor.drift.DriftWatch;
import dev.sluice.monitor.feedback.FeedbackStore;
import dev.sluice.monitor.feedback.FeedbackTransfer;
import dev.sluice.monitor.feedback.LiveAccuracy;
import dev.sluice.monitor.predictions.LoggedVersions;
import dev.sluice.monitor.predictions.PredictionStore;
import dev.sluice.monitor.predictions.PredictionTransfer;
import dev.sluice.monitor.retraining.Retrainings;
import dev.sluice.monitor.rollouts.RolloutHistory;
import dev.sluice.monitor.rollouts.RolloutStore;
import dev.sluice.monitor.transfer.RefusedRows;
import dev.sluice.monitor.transfer.Transfers;
import dev.sluice.process.ListenFailure;
import dev.sluice.process.Program;
import dev.sluice.process.StartedParts;
import dev.sluice.queue.VersionRecords;
import dev.sluice.redis.RedisHealth;
import dev.sluice.redis.RedisLink;
import dev.sluice.telemetry.ManagementServer;
import dev.sluice.telemetry.ProcessMeters;
import dev.sluice.telemetry.Readiness;
import dev.sluice.telemetry.RedisMeters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All parts of the monitor, wired together; everything runs on one event loop. */
public final class Monitor implements Program {
    private static final Duration REDIS_WITHIN = Duration.ofSeconds(5);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final Duration RETRAINING_POLL = Duration.ofSeconds(2);
    private static final Duration ROLLOUT_POLL = Duration.ofSeconds(2);
    private static final Duration END_WORK_WITHIN = Duration.ofSeconds(4);
    private static final Duration RETENTION_INTERVAL = Duration.ofHours(1);

    private final MonitorSettings settings;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private boolean migrated;
    private @Nullable ManagementServer server;

    public Monitor(MonitorSettings settings) {
        this.settings = settings;
    }

    @Override
    public Future<?> start(Vertx vertx, StartedParts parts) {
        RedisLink link = RedisLink.open(vertx, settings.process.redis.withCredentials(), "monitor", REDIS_WITHIN);
        parts.add("The connection to Redis", link::close);
        RedisHealth redis = RedisHealth.watch(vertx, List.of(link), RedisHealth.Publishes.NO);
        parts.addImmediate("The probe of Redis", redis::close);
        Database database = new Database(vertx, requireNonNull(settings.database), CONNECT_WITHIN, ANSWER_WITHIN);
        parts.add("The connections to Postgres", database::close);
        DeploymentBoard board = new DeploymentBoard(link);
        PredictionLog predictionLog = new PredictionLog(link);
        PredictionStore predictions = new PredictionStore(database);
        FeedbackStore feedback = new FeedbackStore(database);
        RolloutStore rollouts = new RolloutStore(database);
        RefusedRows refused = new RefusedRows(database);
        RolloutHistory history = new RolloutHistory(board, rollouts.isolating(refused, registry), System::nanoTime);
        Transfers transfers = new Transfers(
                vertx,
                board,
                List.of(
                        new PredictionTransfer(
                                predictionLog,
                                new LoggedVersions(new VersionRecords(link), database),
                                predictions,
                                refused,
                                registry),
                        new FeedbackTransfer(new FeedbackLog(link), feedback, refused, registry)),
                settings.transferShare);
        DriftWatch drift = new DriftWatch(board, database, settings.driftTerms(), registry);
        LiveAccuracy accuracy = new LiveAccuracy(database, settings.accuracyWindow, registry);
        Retrainings retrainings = new Retrainings(
                database,
                settings.retraining.retrainCoolDown,
                settings.retraining.trainer(vertx),
                registry,
                System::nanoTime);
        parts.add(
                "Transfers and retrainings", END_WORK_WITHIN, () -> Future.join(transfers.stop(), retrainings.close()));
        LogGauges logGauges = new LogGauges(board, predictionLog, registry);
        ExpiredRows expired = new ExpiredRows(settings.retentionDays, predictions, feedback, rollouts, refused);
        ProcessMeters.bindTo(registry, redis);
        List<PeriodicTask> tasks = List.of(
                new PeriodicTask(vertx, settings.driftInterval, "Drift computation", drift::look),
                new PeriodicTask(vertx, settings.driftInterval, "Live accuracy computation", accuracy::look),
                new PeriodicTask(
                        vertx, settings.driftInterval, "Reading the size of the prediction log", logGauges::look),
                new PeriodicTask(vertx, RETRAINING_POLL, "Polling of retrainings", retrainings::look),
                new PeriodicTask(vertx, ROLLOUT_POLL, "Polling of rollouts", history::look),
                new PeriodicTask(vertx, RETENTION_INTERVAL, "Deletion of old predictions", expired::drop));
        DashboardPages dashboards = new DashboardPages(vertx, settings.prometheus, database);
        MonitorRoutes routes = new MonitorRoutes(drift, retrainings, settings.retraining.hook(retrainings), dashboards);
        return listen(vertx, () -> health(redis, transfers), routes, parts)
                .compose(_ -> migrate(vertx, database, transfers, tasks, parts));
    }

    private Future<Void> listen(Vertx vertx, Readiness readiness, MonitorRoutes routes, StartedParts parts) {
        return ListenFailure.naming(
                        ManagementServer.listen(
                                vertx, settings.process.host, settings.port, registry, readiness, routes.handler()),
                        settings.process.host,
                        settings.port,
                        "--monitor-port")
                .compose(listening -> {
                    parts.add("The interface", listening::close);
                    server = listening;
                    return Future.succeededFuture();
                });
    }

    /** What needs the tables starts once they are there: Postgres may start after this process. */
    private Future<Void> migrate(
            Vertx vertx, Database database, Transfers transfers, List<PeriodicTask> tasks, StartedParts parts) {
        Migration migration = new Migration(vertx, database);
        parts.addImmediate("Periodic tasks", () -> tasks.forEach(PeriodicTask::stop));
        // Stopped before the tasks, which it starts.
        parts.addImmediate("The migration", migration::stop);
        migration.start().onSuccess(_ -> {
            migrated = true;
            transfers.start();
            tasks.forEach(PeriodicTask::start);
        });
        return Future.succeededFuture();
    }

    @Override
    public String welcome() {
        return "serving on http://%s:%d: /metrics, /dashboards/, /v1/drift, /v1/retrainings"
                .formatted(settings.process.host, port());
    }

    public int port() {
        return requireNonNull(server, "not started yet").port();
    }

    private Readiness.Health health(RedisHealth redis, Transfers transfers) {
        List<String> obstacles = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        RedisMeters.describe(redis, settings.process.redis.toString(), obstacles, warnings);
        if (!migrated) {
            obstacles.add("no connection to Postgres since the start: check that it runs, and --database");
        } else if (!transfers.isMoving() && redis.faults().isEmpty()) {
            obstacles.add("copying of predictions to Postgres fails: check that Redis and Postgres answer");
        }
        return new Readiness.Health(obstacles, warnings);
    }
}
