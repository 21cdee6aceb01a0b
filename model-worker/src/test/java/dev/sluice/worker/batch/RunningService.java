package dev.sluice.worker.batch;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.job.Lane;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Acceptance;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobRecord;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisHand;
import dev.sluice.redis.RedisLink;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.lease.Heartbeat;
import dev.sluice.worker.rollout.ModelSlot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The worker's service of one deployment on a Redis of its own, and the API's side of its queue. */
final class RunningService implements AutoCloseable {
    static final Deployment SUM = Deployment.parse("sum@champion");
    static final LeaseTerms TERMS = new LeaseTerms(
            Duration.ofSeconds(1),
            Duration.ofMillis(250),
            Duration.ofMinutes(15),
            3,
            64 << 20,
            Duration.ofDays(1),
            64 << 20);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx();
    /** Longer than any test holds an inference back: it would halt the tests. */
    private final Watchdog watchdog = new Watchdog(Duration.ofMinutes(10));

    private final RealRedis redis = RealRedis.start();
    private final RedisLink link;
    private final RedisHand hand;
    private final JobIntake intake;
    private final Heartbeat heartbeat;
    private final DeploymentService service;
    private boolean drained;

    /** It does not run yet. */
    RunningService(ModelSlot slot) throws InterruptedException {
        link = RedisLink.open(vertx, redis.url(), "jobs", Duration.ofSeconds(5));
        hand = new RedisHand(link);
        RedisLink pulse = RedisLink.open(vertx, redis.url(), "heartbeat", Duration.ofSeconds(5));
        Await.answer(link.connected());
        Await.answer(pulse.connected());
        intake = new JobIntake(link, QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(15));
        heartbeat = new Heartbeat(TERMS, new SimpleMeterRegistry());
        service = new DeploymentService(
                SUM,
                slot,
                new DeploymentService.Surroundings(
                        link,
                        pulse,
                        new ChannelSubscriber(vertx, redis.url(), "wake-ups", () -> {}),
                        TERMS,
                        heartbeat,
                        watchdog,
                        2,
                        new LoggedInput(true, false),
                        new SimpleMeterRegistry(),
                        new JsonObject()));
    }

    void start() {
        service.start();
        heartbeat.start();
    }

    RedisLink link() {
        return link;
    }

    JobIntake intake() {
        return intake;
    }

    JobId accept(String signatureHash, List<Tensor> rows) throws InterruptedException {
        Submission job = new Submission(
                JobId.random(SUM),
                Lane.INTERACTIVE,
                Rows.count(rows),
                JobPayload.ofRows(JobSchema.NEWEST, rows),
                Duration.ofMinutes(1),
                signatureHash,
                "",
                "",
                List.of(),
                IdempotencyKey.NONE,
                Retention.OUTCOME_TTL);
        return assertInstanceOf(Acceptance.Accepted.class, Await.answer(intake.accept(job)))
                .id();
    }

    Optional<JobRecord> find(JobId id) throws InterruptedException {
        return Await.answer(intake.find(id));
    }

    JobRecord awaitEnd(JobId id) throws InterruptedException {
        until(
                id + " has ended",
                () -> find(id).filter(job -> job.state().isFinal()).isPresent());
        return find(id).orElseThrow();
    }

    String redis(String command, Object... args) {
        return hand.command(command, args);
    }

    void drain(Duration within) throws InterruptedException {
        drained = true;
        service.drain(TimeLeft.of(within, System::nanoTime));
    }

    void killRedis() throws InterruptedException {
        redis.kill();
    }

    /** On the same port, with the data that it had, and once this process is connected to it. */
    void startRedisAgain() throws IOException, InterruptedException {
        redis.startAgain();
        Await.answer(link.connected());
    }

    interface Reached {
        boolean now() throws InterruptedException;
    }

    static void until(String what, Reached reached) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!reached.now()) {
            assertTrue(Instant.now().isBefore(limit), "not within " + LIMIT + ": " + what);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        try {
            if (!drained) {
                drain(Duration.ofMinutes(1));
            }
            heartbeat.close();
            watchdog.close();
            Await.answer(vertx.close());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            redis.close();
        }
    }
}
