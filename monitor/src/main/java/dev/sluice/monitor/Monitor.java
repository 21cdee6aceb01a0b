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
import dev.sluice.monitor.predictions.PredictionStore;
import dev.sluice.monitor.predictions.PredictionTransfer;
import dev.sluice.monitor.retraining.AirflowTrainer;
import dev.sluice.monitor.retraining.AlertHook;
import dev.sluice.monitor.retraining.PrefectTrainer;
import dev.sluice.monitor.retraining.ProcessTrainer;
import dev.sluice.monitor.retraining.Retrainings;
import dev.sluice.monitor.retraining.Trainer;
import dev.sluice.monitor.rollouts.RolloutHistory;
import dev.sluice.monitor.rollouts.RolloutStore;
import dev.sluice.monitor.transfer.RefusedRows;
import dev.sluice.monitor.transfer.Transfers;
import dev.sluice.process.ListenFailure;
import dev.sluice.redis.RedisHealth;
import dev.sluice.redis.RedisLink;
import dev.sluice.telemetry.ManagementServer;
import dev.sluice.telemetry.ProcessMeters;
import dev.sluice.telemetry.Readiness;
import dev.sluice.telemetry.RedisMeters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of the monitor, wired together; everything runs on this verticle's one event loop. */
public final class Monitor extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
    private static final Duration REDIS_WITHIN = Duration.ofSeconds(5);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final Duration RETRAINING_POLL = Duration.ofSeconds(2);
    private static final Duration ROLLOUT_POLL = Duration.ofSeconds(2);
    private static final Duration STOP_TRANSFERS_WITHIN = Duration.ofSeconds(4);
    private static final Duration DISCONNECT_WITHIN = Duration.ofSeconds(1);
    private static final Duration RETENTION_INTERVAL = Duration.ofHours(1);

    private final MonitorSettings settings;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<PeriodicTask> tasks = new ArrayList<>();
    private boolean migrated;
    private @Nullable Running running;

    public Monitor(MonitorSettings settings) {
        this.settings = settings;
    }

    /** The parts of a running monitor. */
    private record Running(
            RedisLink link,
            RedisHealth redis,
            Database database,
            Transfers transfers,
            Retrainings retrainings,
            ManagementServer server) {}

    @Override
    public Future<?> start() {
        RedisLink link = RedisLink.open(vertx, settings.redis.withCredentials(), "monitor", REDIS_WITHIN);
        RedisHealth redis = RedisHealth.watch(vertx, List.of(link), RedisHealth.Publishes.NO);
        Database database = new Database(vertx, requireNonNull(settings.database), CONNECT_WITHIN, ANSWER_WITHIN);
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
                        new PredictionTransfer(predictionLog, predictions, refused, registry),
                        new FeedbackTransfer(new FeedbackLog(link), feedback, refused, registry)),
                settings.transferShare);
        DriftWatch drift = new DriftWatch(board, database, settings.driftTerms(), registry);
        LiveAccuracy accuracy = new LiveAccuracy(database, settings.accuracyWindow, registry);
        Retrainings retrainings =
                new Retrainings(database, settings.retrainCoolDown, trainer(), registry, System::nanoTime);
        LogGauges logGauges = new LogGauges(board, predictionLog, registry);
        measure(redis);

        every(settings.driftInterval, "Drift computation", drift::look);
        every(settings.driftInterval, "Live accuracy computation", accuracy::look);
        every(settings.driftInterval, "Reading the size of the prediction log", logGauges::look);
        every(RETRAINING_POLL, "Polling of retrainings", retrainings::look);
        every(ROLLOUT_POLL, "Polling of rollouts", history::look);
        every(
                RETENTION_INTERVAL,
                "Deletion of old predictions",
                () -> dropOld(predictions, feedback, rollouts, refused));

        MonitorRoutes routes = new MonitorRoutes(
                drift, retrainings, hook(retrainings), new DashboardPages(vertx, settings.prometheus, database));
        return ManagementServer.listen(
                        vertx, settings.host, settings.port, registry, () -> health(redis, transfers), routes.handler())
                .recover(failure ->
                        Future.failedFuture(ListenFailure.of(failure, settings.host, settings.port, "--monitor-port")))
                .onSuccess(server -> {
                    running = new Running(link, redis, database, transfers, retrainings, server);
                    Migration.of(vertx, database).onSuccess(_ -> {
                        migrated = true;
                        transfers.start();
                        tasks.forEach(PeriodicTask::start);
                    });
                });
    }

    public int port() {
        return started().server().port();
    }

    /** Stops in the reverse order of the start, after the transfers that are under way. Each step ends, whether Postgres and Redis answer or not. */
    @Override
    public Future<?> stop() {
        Running parts = running;
        if (parts == null) {
            return Future.succeededFuture();
        }
        tasks.forEach(PeriodicTask::stop);
        parts.redis().close();
        return parts.server()
                .close()
                .eventually(() -> Future.join(
                        limited(parts.transfers().stop(), STOP_TRANSFERS_WITHIN),
                        limited(parts.retrainings().close(), STOP_TRANSFERS_WITHIN)))
                .eventually(() -> limited(parts.database().close(), DISCONNECT_WITHIN))
                .eventually(() -> limited(parts.link().close(), DISCONNECT_WITHIN))
                .otherwiseEmpty();
    }

    /** What has not ended by then ends with the process. */
    private static Future<Void> limited(Future<Void> step, Duration within) {
        return step.timeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> LOG.warn("A step of the stop did not end: {}", failure.getMessage()));
    }

    private Running started() {
        if (running == null) {
            throw new IllegalStateException("not started yet");
        }
        return running;
    }

    private void every(Duration interval, String name, Supplier<Future<Void>> task) {
        tasks.add(new PeriodicTask(vertx, interval, name, task));
    }

    private Future<Void> dropOld(
            PredictionStore predictions, FeedbackStore feedback, RolloutStore rollouts, RefusedRows refused) {
        LocalDate oldest = LocalDate.now(ZoneOffset.UTC).minusDays(settings.retentionDays);
        return predictions.dropBefore(oldest).compose(days -> {
            if (days > 0) {
                LOG.info("deleted the predictions of {} days before {} (--retention-days)", days, oldest);
            }
            return feedback.dropBefore(oldest)
                    .compose(_ -> rollouts.dropBefore(oldest))
                    .compose(_ -> refused.dropBefore(oldest))
                    .mapEmpty();
        });
    }

    private Trainer trainer() {
        return switch (settings.retrainBy) {
            case "prefect" -> new PrefectTrainer(vertx, settings.retrainAddress, settings.retrainTarget);
            case "airflow" ->
                new AirflowTrainer(
                        vertx,
                        settings.retrainAddress,
                        settings.retrainTarget,
                        settings.retrainUser,
                        settings.retrainPassword);
            default -> new ProcessTrainer(settings.retrainCommand, settings.retrainLogs);
        };
    }

    private @Nullable AlertHook hook(Retrainings retrainings) {
        return settings.hookToken.isEmpty() ? null : new AlertHook(retrainings, settings.hookToken);
    }

    private Readiness.Health health(RedisHealth redis, Transfers transfers) {
        List<String> obstacles = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        RedisMeters.describe(redis, settings.redis.toString(), obstacles, warnings);
        if (!migrated) {
            obstacles.add("no connection to Postgres since the start: check that it runs, and --database");
        } else if (!transfers.isMoving() && redis.faults().isEmpty()) {
            obstacles.add("copying of predictions to Postgres fails: check that Redis and Postgres answer");
        }
        return new Readiness.Health(obstacles, warnings);
    }

    private void measure(RedisHealth redis) {
        RedisMeters.bindTo(registry, redis);
        ProcessMeters.bindTo(registry);
    }
}
