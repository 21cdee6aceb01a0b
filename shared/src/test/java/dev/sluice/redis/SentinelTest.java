package dev.sluice.redis;

import static dev.sluice.redis.LinkChecks.await;
import static dev.sluice.redis.LinkChecks.until;
import static dev.sluice.redis.LinkChecks.writes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TcpProxy;
import dev.sluice.settings.Address;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Links to the primary that Sentinels name: three real ones, a primary and a replica. */
@Slow
class SentinelTest {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(1);

    private final Vertx vertx = Vertx.vertx();
    private RealRedis primary;
    private RealRedis replica;
    private RealSentinels sentinels;

    @BeforeEach
    void start() {
        // Sentinel cannot make a replica of it once another is elected.
        primary = RealSentinels.primary("--rename-command", "SLAVEOF", "");
        replica = RealSentinels.replicaOf(primary);
        String role = "connected_slaves:1\r\nslave0:ip=127.0.0.1,port=%d,state=online".formatted(replica.port());
        RedisHand hand = hand(primary.url());
        until(
                "the replica is in step",
                () -> hand.command("INFO", "replication").contains(role));
    }

    @AfterEach
    void stop() {
        Futures.await(vertx.close());
        if (sentinels != null) {
            sentinels.close();
        }
        replica.close();
        primary.close();
    }

    @Test
    void aLinkFollowsThePrimaryThatIsElectedAfterAKill() throws Exception {
        watch();
        RedisLink link = open(sentinels.url());
        assertTrue(writes(link));
        primary.kill();
        until("it writes to the new one", () -> writes(link));
        assertEquals("1", hand(replica.url()).command("GET", "written"));
    }

    @Test
    void aLinkFollowsThePrimaryThatIsElectedWhileTheOldOneStandsStillAndASentinelIsSilent() throws Exception {
        watch();
        try (TcpProxy silent = new TcpProxy(sentinels.ports().getFirst())) {
            silent.cut();
            List<Integer> ports = new ArrayList<>(sentinels.ports());
            ports.set(0, silent.port());
            RedisLink link = open(RealSentinels.url(ports));
            primary.pause();
            until("it writes to the new one", () -> writes(link));
            assertEquals("1", hand(replica.url()).command("GET", "written"));
        }
    }

    @Test
    void anOldPrimaryThatAnswersAndKnowsNothingOfTheElectionIsLeft() throws Exception {
        watch();
        RedisLink link = open(sentinels.url());
        ChannelSubscriber subscriber = new ChannelSubscriber(vertx, sentinels.url(), "subscriber", () -> {});
        await(subscriber.listen("channel", _ -> {}));
        sentinel().command("SENTINEL", "FAILOVER", RealSentinels.SERVICE);
        RedisHand successor = hand(replica.url());
        until("the link writes to the new one", () -> {
            writes(link);
            return answer(successor, "GET", "written").equals("1");
        });
        until(
                "the subscription is there too",
                () -> answer(successor, "PUBLISH", "channel", "now").equals("1"));
        assertTrue(
                hand(primary.url()).command("INFO", "replication").contains("role:master"), "the old one was demoted");
        try (RealSentinels ignorant = RealSentinels.ignorantWatching(primary)) {
            assertEquals(primary.port(), portOf(open(ignorant.url())));
            List<Integer> both =
                    List.of(ignorant.ports().getFirst(), sentinels.ports().getFirst());
            assertEquals(replica.port(), portOf(open(RealSentinels.url(both))));
        }
    }

    @Test
    void sentinelsHaveAPasswordOfTheirOwnAndSayWhatIsWrong() {
        RedisHand hand = hand(primary.url());
        hand.command("ACL", "SETUSER", "sluice", "on", ">of+redis", "~*", "&*", "+@all");
        sentinels = RealSentinels.watching(primary, "requirepass of+sentinel");
        String place = sentinels.url().substring("redis+sentinel://".length());
        String login = "redis+sentinel://sluice:of%2Bredis@";
        assertEquals(
                "sluice",
                new RedisHand(open(login + place + "?sentinel-password=of%2Bsentinel")).command("ACL", "WHOAMI"));
        String port = "127.0.0.1:" + sentinels.ports().getFirst();
        assertFault("the Sentinel at " + port + " requires a password", login + place);
        assertFault("the Sentinel at " + port + " refuses the login", login + place + "?sentinel-password=wrong");
        assertFault(
                "the Sentinel at " + port + " does not know the service 'other'",
                login + place.replace(RealSentinels.SERVICE, "other") + "?sentinel-password=of%2Bsentinel");
    }

    private void assertFault(String expected, String address) {
        PrimaryLookup lookup = PrimaryLookup.of(vertx, Address.parse(address), new NetClientOptions());
        ExecutionException fault = assertThrows(
                ExecutionException.class,
                () -> lookup.find().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES));
        String text = String.valueOf(fault.getCause().getMessage());
        assertTrue(text.contains(expected), text);
        assertTrue(!text.contains("of+") && !text.contains("%2B"), text);
    }

    /** Starts the Sentinels, and waits until they know each other and the replica. */
    private void watch() {
        sentinels = RealSentinels.watching(primary);
        for (int port : sentinels.ports()) {
            RedisHand sentinel = hand("redis://127.0.0.1:" + port);
            until("the Sentinels know each other and the replica", () -> {
                String state = sentinel.command("INFO", "sentinel");
                return state.contains("status=ok") && state.contains("slaves=1,sentinels=3");
            });
        }
    }

    private static int portOf(RedisLink link) {
        return Integer.parseInt(
                new RedisHand(link).command("INFO", "server").replaceFirst("(?s).*tcp_port:(\\d+).*", "$1"));
    }

    /** Empty while there is none: Redis closes the connections to a server whose role changes. */
    private static String answer(RedisHand hand, Object... command) {
        try {
            return hand.command(command[0].toString(), java.util.Arrays.copyOfRange(command, 1, command.length));
        } catch (IllegalStateException notYet) {
            return "";
        }
    }

    private RedisHand sentinel() {
        return hand("redis://127.0.0.1:" + sentinels.ports().getFirst());
    }

    private RedisHand hand(String url) {
        return new RedisHand(open(url));
    }

    private RedisLink open(String url) {
        RedisLink link = RedisLink.open(vertx, url, "link", COMMAND_LIMIT);
        Futures.await(link.connected());
        return link;
    }
}
