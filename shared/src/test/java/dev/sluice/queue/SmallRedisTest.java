package dev.sluice.queue;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.job.Lane;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Short form of {@code make bench-memory}: a Redis with little memory, and callers who wait. */
@Slow
class SmallRedisTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");
    private static final String WORKER = "worker";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long ROOM_BYTES = 3 << 20;
    private static final int BATCH = 500;
    /** Together three times as much as there is room for. */
    private static final int BATCHES = 30;

    private static final Duration DEADLINE = Duration.ofMillis(500);
    private static final Retention RETENTION = new Retention.AfterDeadline(Duration.ofMillis(500));

    @Test
    void answersOfCallersWhoWaitNeverFillASmallRedis() {
        Vertx vertx = Vertx.vertx();
        try (RealRedis redis = RealRedis.start()) {
            RedisLink link = RedisLink.open(vertx, redis.url(), "small-redis", Duration.ofSeconds(5));
            Futures.await(link.connected());
            JobIntake intake = new JobIntake(link, QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(15));
            JobLeases leases = new JobLeases(link, IRIS, LeaseTerms.DEFAULT);
            Futures.await(leases.register(WORKER, "{}"));
            long limit = used(link) + ROOM_BYTES;
            Futures.await(link.send(
                    Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg(limit)));
            long most = 0;
            for (int batch = 0; batch < BATCHES; batch++) {
                awaitRoom(link, limit - ROOM_BYTES / 2);
                accept(intake);
                answer(leases);
                most = Math.max(most, used(link));
            }
            System.out.printf(
                    "%d rows through %d KB: at most %d KB used%n",
                    BATCH * BATCHES, ROOM_BYTES / 1024, (most - limit + ROOM_BYTES) / 1024);
        } finally {
            Futures.await(vertx.close());
        }
    }

    /** None is refused. */
    private static void accept(JobIntake intake) {
        List<Future<Acceptance>> accepted = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            accepted.add(intake.accept(aRow()));
        }
        accepted.forEach(one -> assertInstanceOf(Acceptance.Accepted.class, Futures.await(one)));
    }

    /** What is late by then has expired, which leaves a record too. */
    private static void answer(JobLeases leases) {
        while (Futures.await(leases.take(WORKER, 32)) instanceof Take.Jobs(List<TakenJob> jobs) && !jobs.isEmpty()) {
            Futures.await(leases.commit(
                    WORKER,
                    jobs.stream()
                            .map(job -> new Commit(job.id(), anOutcome(), false))
                            .toList(),
                    CommittedVersion.NONE));
        }
    }

    /** Redis deletes what has expired, with no help from a script. */
    private static void awaitRoom(RedisLink link, long most) {
        Instant limit = Instant.now().plus(LIMIT);
        while (used(link) > most) {
            assertTrue(Instant.now().isBefore(limit), "no room within " + LIMIT + ": answers stay in Redis");
        }
    }

    private static long used(RedisLink link) {
        return Futures.await(link.send(Request.cmd(Command.INFO).arg("memory")))
                .toString()
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("used_memory:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }

    private static Submission aRow() {
        return new Submission(
                JobId.random(IRIS),
                Lane.INTERACTIVE,
                1,
                new JobPayload(JobSchema.LINES, Content.ROWS, new byte[0], new byte[150], List.of()),
                DEADLINE,
                "signature",
                QueueKeys.replyChannel("test"),
                "",
                List.of(),
                IdempotencyKey.NONE,
                RETENTION);
    }

    private static Outcome anOutcome() {
        return new Outcome(
                "1", "", 1, Timing.NONE, new ItemResults.Lines(List.of(new ItemResult.Prediction("{\"value\":1}"))));
    }
}
