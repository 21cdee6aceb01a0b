package dev.sluice.redis;

import static dev.sluice.redis.LinkChecks.answers;
import static dev.sluice.redis.LinkChecks.await;
import static dev.sluice.redis.LinkChecks.until;
import static dev.sluice.redis.LinkChecks.writes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TcpProxy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that no longer answer, without being closed, are replaced by new ones; none is kept. */
@Slow
class SilentConnectionsTest {
    private static final Duration COMMAND_LIMIT = Duration.ofMillis(500);

    private final Vertx vertx = Vertx.vertx();
    private RealRedis redis;
    private TcpProxy network;
    private RedisHand hand;

    @BeforeEach
    void start() throws Exception {
        redis = RealRedis.start();
        network = new TcpProxy(redis.port());
        hand = new RedisHand(open(redis.url(), "hand"));
    }

    @AfterEach
    void stop() {
        Futures.await(vertx.close());
        network.close();
        redis.close();
    }

    @Test
    void aCommandThatTimesOutIsTheLastOnItsConnection() {
        RedisLink link = open(network.redisUrl(), "link");
        for (int round = 1; round <= 5; round++) {
            network.silence();
            RedisUnavailableException silent = assertThrows(RedisUnavailableException.class, () -> ping(link));
            assertEquals(RedisFault.TIMEOUT, silent.fault());
            until("the link answers again", () -> answers(link));
            assertEquals(round + 1, link.connections());
        }
        until("only the new one is left", () -> connectedClients() == 2);
    }

    @Test
    void aLinkThatNobodyUsesNoticesTheSilenceToo() {
        RedisLink link = open(network.redisUrl(), "idle");
        network.silence();
        until("it has a new connection", () -> link.connections() == 2 && answers(link));
    }

    @Test
    void aSubscriptionThatFallsSilentIsMadeAnew() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        ChannelSubscriber subscriber = new ChannelSubscriber(vertx, network.redisUrl(), "subscriber", () -> {});
        Futures.await(subscriber.listen("channel", _ -> heard.countDown()));
        network.silence();
        until("a message arrives", () -> {
            hand.command("PUBLISH", "channel", "now");
            return heard.getCount() == 0;
        });
        assertTrue(heard.await(1, TimeUnit.SECONDS));
    }

    @Test
    void messagesThatArriveWithTheAnswersToPingDoNotCostTheSubscription() {
        ChannelSubscriber subscriber = new ChannelSubscriber(vertx, redis.url(), "subscriber", () -> {});
        await(subscriber.listen("channel", _ -> {}));
        // The client takes each of them for the answer to whatever command is under way on that connection.
        RedisLink publisher = open(redis.url(), "publisher");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
        while (System.nanoTime() < end) {
            await(publisher.send(Request.cmd(Command.PUBLISH).arg("channel").arg("now")));
        }
        assertEquals(1, subscriber.connections());
    }

    @Test
    void aReplicaIsLeftForTheServerToWhichTheNameHasMoved() {
        try (RealRedis successor = RealRedis.start()) {
            RedisLink link = open(network.redisUrl(), "link");
            hand.command("REPLICAOF", "127.0.0.1", successor.port());
            network.moveTo(successor.port());
            until("it writes to the new one", () -> writes(link));
            assertEquals("1", new RedisHand(open(successor.url(), "hand")).command("GET", "written"));
        }
    }

    @Test
    void aSubscriptionAtAReplicaIsMadeAnewAtTheServerToWhichTheNameHasMoved() {
        try (RealRedis successor = RealRedis.start()) {
            ChannelSubscriber subscriber = new ChannelSubscriber(vertx, network.redisUrl(), "subscriber", () -> {});
            await(subscriber.listen("channel", _ -> {}));
            hand.command("REPLICAOF", "127.0.0.1", successor.port());
            network.moveTo(successor.port());
            RedisHand there = new RedisHand(open(successor.url(), "there"));
            // Each message that it hears through the replica puts off the check.
            until(
                    "it listens at the new one",
                    () -> there.command("PUBSUB", "NUMSUB", "channel").contains("1"));
        }
    }

    @Test
    void whatIsUnderWayOnAConnectionToAReplicaFailsForThatReason() {
        RedisLink link = open(redis.url(), "link");
        hand.command("REPLICAOF", "127.0.0.1", network.port());
        Future<Response> write =
                link.send(Request.cmd(Command.SET).arg("written").arg(1));
        Future<Response> waiting = link.send(Request.cmd(Command.XREAD)
                .arg("BLOCK")
                .arg(0)
                .arg("STREAMS")
                .arg("nothing")
                .arg("$"));
        for (Future<Response> command : List.of(write, waiting)) {
            RedisUnavailableException refused = assertThrows(RedisUnavailableException.class, () -> await(command));
            assertEquals(RedisFault.READ_ONLY, refused.fault());
        }
    }

    @Test
    void aRefusedLoginLeavesNoConnectionAndIsRepeatedUntilThePasswordIsRight() {
        hand.command("CONFIG", "SET", "requirepass", "right");
        long before = connectedClients();
        RedisLink link = RedisLink.open(vertx, "redis://:wrong@127.0.0.1:" + redis.port(), "refused", COMMAND_LIMIT);
        long connectionsBefore = info("total_connections_received");
        until("it has tried six times", () -> info("total_connections_received") >= connectionsBefore + 6);
        until("no connection is left but the one under way", () -> connectedClients() <= before + 1);
        hand.command("CONFIG", "SET", "requirepass", "wrong");
        until("it is connected", link::isConnected);
    }

    @Test
    void aRedisThatStoodStillWhileTheLinkConnectedIsReachedOnceItRuns() {
        network.cut();
        RedisLink link = RedisLink.open(vertx, network.redisUrl(), "starting", COMMAND_LIMIT);
        RedisLink beside = RedisLink.open(vertx, redis.url(), "beside", COMMAND_LIMIT);
        Futures.await(beside.connected());
        until("an attempt has failed", () -> link.failedAttempts() >= 2);
        network.mend();
        until("it is connected", () -> answers(link));
    }

    private RedisLink open(String url, String name) {
        RedisLink link = RedisLink.open(vertx, url, name, COMMAND_LIMIT);
        Futures.await(link.connected());
        return link;
    }

    private static void ping(RedisLink link) {
        await(link.send(Request.cmd(Command.PING)));
    }

    private long connectedClients() {
        return info("connected_clients");
    }

    private long info(String field) {
        Matcher number = Pattern.compile(field + ":(\\d+)").matcher(hand.command("INFO", "everything"));
        assertTrue(number.find(), field);
        return Long.parseLong(number.group(1));
    }
}
