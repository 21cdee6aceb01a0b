package dev.sluice.worker;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.model.Deployment;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.VersionRecords;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RedisLink;
import dev.sluice.worker.batch.DeploymentService;
import dev.sluice.worker.batch.LoggedInput;
import dev.sluice.worker.batch.TimeLeft;
import dev.sluice.worker.batch.Watchdog;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.lease.Heartbeat;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.MlflowServer;
import dev.sluice.worker.rollout.RolloutSettings;
import dev.sluice.worker.rollout.Rollouts;
import dev.sluice.worker.rollout.WithdrawalSettings;
import dev.sluice.worker.trial.TrialLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a worker process consists of, without the process. */
final class WorkerParts {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Heartbeat heartbeat;
    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(30));
    private final BoardWriter board;
    private final ServedDeployments served;
    private final Rollouts rollouts;

    /**
     * @param name of the worker on the board
     * @param cache of its own
     * @param profiles also of other workers
     */
    WorkerParts(
            Vertx vertx, String redis, String mlflow, String name, Path cache, Path profiles, Deployment... deployments)
            throws InterruptedException {
        this(vertx, redis, mlflow, name, cache, profiles, WithdrawalSettings.DEFAULT, List.of(deployments));
    }

    WorkerParts(
            Vertx vertx,
            String redis,
            String mlflow,
            String name,
            Path cache,
            Path profiles,
            WithdrawalSettings withdrawal,
            List<Deployment> deployments)
            throws InterruptedException {
        MeterRegistry metrics = new SimpleMeterRegistry();
        RedisLink jobs = RedisLink.open(vertx, redis, "jobs", LIMIT);
        RedisLink pulse = RedisLink.open(vertx, redis, "heartbeat", LIMIT);
        Await.answer(jobs.connected());
        Await.answer(pulse.connected());
        heartbeat = new Heartbeat(LeaseTerms.DEFAULT, metrics);
        board = new BoardWriter(new DeploymentBoard(jobs), new VersionRecords(jobs), name);
        served = new ServedDeployments(
                board,
                name,
                new DeploymentService.Surroundings(
                        jobs,
                        pulse,
                        new ChannelSubscriber(vertx, redis, "wake-ups", () -> {}),
                        LeaseTerms.DEFAULT,
                        heartbeat,
                        watchdog,
                        1,
                        new LoggedInput(false, false),
                        metrics,
                        new JsonObject().put("name", name)),
                metrics);
        rollouts = new Rollouts(
                new MlflowRegistry(MlflowServer.at(mlflow)),
                new ArtifactCache(cache),
                new RolloutSettings(
                        deployments,
                        Duration.ofMillis(100),
                        new LoadSettings(1, 1_000_000, profiles),
                        TrialLimits.DEFAULT,
                        withdrawal),
                board,
                served);
        heartbeat.start();
        rollouts.start();
    }

    /** As the process does periodically. */
    void restoreBoard() {
        board.restore();
    }

    void stop() throws InterruptedException {
        rollouts.stop();
        served.drain(TimeLeft.of(Duration.ofMinutes(1), System::nanoTime));
        heartbeat.close();
        watchdog.close();
    }
}
