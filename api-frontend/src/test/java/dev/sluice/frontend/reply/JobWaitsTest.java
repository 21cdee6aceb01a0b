package dev.sluice.frontend.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.JobId;
import dev.sluice.model.Deployment;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.QueueBudget;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every wait ends though Redis is away, and a job is forgotten once its last wait has ended. */
class JobWaitsTest {
    private static final String NO_REDIS = "redis://127.0.0.1:1";
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final JobId id = JobId.random(Deployment.parse("iris"));
    private final Replies replies = onLoop(() -> new Replies(
            vertx,
            NO_REDIS,
            new JobIntake(RedisLink.open(vertx, NO_REDIS, "queue", LONG), QueueBudget.DEFAULT, LONG, LONG)));

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void aWaitEndsAtItsLimitThoughTheJobCannotBeLookedUp() {
        JobWait wait = onLoop(() -> {
            AwaitedJob job = replies.expect(id);
            replies.accepted(job, LONG);
            JobWait limited = replies.within(job, SHORT);
            replies.release(job);
            assertEquals(1, replies.count());
            return limited;
        });
        assertInstanceOf(JobEnding.Overdue.class, await(wait.ending()));
        assertEquals(0, onLoop(replies::count));
    }

    @Test
    void aWaitEndsAtItsLimitThoughTheAcceptanceIsNotKnown() {
        JobWait wait = onLoop(() -> replies.within(replies.expect(id), SHORT));
        assertInstanceOf(JobEnding.Overdue.class, await(wait.ending()));
        assertEquals(1, onLoop(replies::count), "its sender has not released it");
    }

    @Test
    void onlyTheLastToAbandonAJobIsToldThatNobodyWaitsForIt() {
        onLoop(() -> {
            AwaitedJob job = replies.expect(id);
            JobWait first = replies.within(job, LONG);
            JobWait second = replies.within(job, LONG);
            replies.release(job);
            assertFalse(replies.abandon(first));
            assertTrue(first.ending().isComplete());
            assertFalse(replies.abandon(first), "once more");
            assertFalse(second.ending().isComplete());
            assertEquals(1, replies.count());
            assertTrue(replies.abandon(second));
            assertTrue(second.ending().isComplete());
            assertEquals(0, replies.count());
            return job;
        });
    }

    @Test
    void aJobWhoseSenderMayAddWaitsIsWanted() {
        onLoop(() -> {
            AwaitedJob job = replies.expect(id);
            assertFalse(replies.abandon(replies.within(job, LONG)));
            JobWait later = replies.within(job, LONG);
            replies.release(job);
            assertTrue(replies.abandon(later));
            return job;
        });
    }

    @Test
    void aJobThatIsReleasedWithoutWaitsIsForgotten() {
        onLoop(() -> {
            AwaitedJob once = replies.expect(id);
            assertSame(once, replies.expect(id));
            replies.release(once);
            assertEquals(1, replies.count());
            replies.release(once);
            assertEquals(0, replies.count());
            return once;
        });
    }

    @Test
    void theEndOfTheProcessEndsEveryWait() {
        JobWait before = onLoop(() -> replies.within(replies.expect(id), LONG));
        onLoop(replies::close);
        assertInstanceOf(JobEnding.Overdue.class, await(before.ending()));
        JobWait after = onLoop(() -> {
            AwaitedJob job = replies.expect(id);
            replies.accepted(job, LONG);
            return replies.within(job, SHORT);
        });
        assertInstanceOf(JobEnding.Overdue.class, await(after.ending()));
    }

    private <T> T onLoop(Supplier<T> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(_ -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException | AssertionError failure) {
                done.fail(failure);
            }
        });
        return await(done.future());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
