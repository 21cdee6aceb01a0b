package dev.sluice.worker.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.model.Deployment;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.QueueKeys;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisHand;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker has one name at a time; who only asks for it never waits for Redis. */
@Timeout(60)
class IncarnationTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");
    /** Nothing in this class ends because this is over. */
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);

    private final Vertx vertx = Vertx.vertx();
    private RealRedis redis;
    /** Of the wake-ups, so that it can be seen how far a registration is. */
    private RealRedis wakeUps;

    private RedisLink link;
    private RedisHand wakeUpsHand;
    private Incarnation incarnation;

    @BeforeEach
    void start() throws InterruptedException {
        redis = RealRedis.start();
        wakeUps = RealRedis.start();
        link = RedisLink.open(vertx, redis.url(), "jobs", COMMAND_LIMIT);
        Await.answer(link.connected());
        RedisLink other = RedisLink.open(vertx, wakeUps.url(), "hand", COMMAND_LIMIT);
        Await.answer(other.connected());
        wakeUpsHand = new RedisHand(other);
        ChannelSubscriber subscriber = new ChannelSubscriber(vertx, wakeUps.url(), "wake-ups", () -> {});
        incarnation = new Incarnation(
                IRIS, new JobLeases(link, IRIS, LeaseTerms.DEFAULT), subscriber, new JsonObject(), new WakeUp());
    }

    @AfterEach
    void stop() throws InterruptedException {
        Await.answer(vertx.close());
        redis.close();
        wakeUps.close();
    }

    @Test
    void whileItRegistersTheHeartbeatIsAnsweredAtOnce() throws Exception {
        redis.pause();
        CompletableFuture<String> name = inThread(incarnation::name);
        // It has subscribed and registers now.
        while (wakeUpsHand.command("PUBSUB", "CHANNELS").equals("[]")) {
            Thread.onSpinWait();
        }
        CompletableFuture<Optional<String>> present = inThread(incarnation::present);
        CompletableFuture<Boolean> removed = inThread(() -> {
            incarnation.removed("another");
            return true;
        });
        try {
            assertEquals(Optional.empty(), present.get(10, TimeUnit.SECONDS));
            assertTrue(removed.get(10, TimeUnit.SECONDS));
            assertFalse(name.isDone());
        } finally {
            redis.resume();
        }
        assertEquals(Optional.of(name.get()), incarnation.present());
    }

    @Test
    void whileItUnregistersTheHeartbeatIsAnsweredAtOnce() throws Exception {
        String name = incarnation.name();
        redis.pause();
        CompletableFuture<Boolean> left = new CompletableFuture<>();
        Thread leaving = Thread.ofPlatform().start(() -> {
            try {
                incarnation.leave();
                left.complete(true);
            } catch (InterruptedException e) {
                left.completeExceptionally(e);
            }
        });
        while (leaving.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        try {
            assertEquals(Optional.of(name), inThread(incarnation::present).get(10, TimeUnit.SECONDS));
            assertFalse(left.isDone());
        } finally {
            redis.resume();
        }
        assertTrue(left.get());
        assertEquals(Optional.empty(), incarnation.present());
        assertEquals("0", new RedisHand(link).command("HLEN", QueueKeys.prefix(IRIS) + "workers"));
    }

    @Test
    void allWhoAskGetTheSameNameAndAfterARemovalANewOne() throws Exception {
        CompletableFuture<String> first = inThread(incarnation::name);
        CompletableFuture<String> second = inThread(incarnation::name);
        assertEquals(first.get(), second.get());
        assertEquals("1", new RedisHand(link).command("HLEN", QueueKeys.prefix(IRIS) + "workers"));

        incarnation.removed("another");
        assertTrue(incarnation.isPresent(first.get()));
        incarnation.removed(first.get());
        assertFalse(incarnation.isPresent(first.get()));
        assertNotEquals(first.get(), incarnation.name());
    }

    private interface Asked<T> {
        T answer() throws InterruptedException;
    }

    private static <T> CompletableFuture<T> inThread(Asked<T> asked) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(asked.answer());
            } catch (InterruptedException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }
}
