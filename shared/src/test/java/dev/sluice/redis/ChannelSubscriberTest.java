package dev.sluice.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever was told that he listens hears. */
class ChannelSubscriberTest {
    private static final String CHANNEL = "channel";

    /** When all that listened are subscribed, and the connection is not in use yet. */
    @Test
    void whoeverListensAtTheLastMomentOfConnectingHears() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (RealRedis redis = RealRedis.start()) {
            RedisLink link = RedisLink.open(vertx, redis.url(), "publisher", Duration.ofSeconds(5));
            Futures.await(link.connected());
            CountDownLatch heard = new CountDownLatch(1);
            CompletableFuture<ChannelSubscriber> made = new CompletableFuture<>();
            CompletableFuture<Void> listening = new CompletableFuture<>();
            ChannelSubscriber subscriber = new ChannelSubscriber(
                    vertx,
                    redis.url(),
                    "subscriber",
                    () -> made.join()
                            .listen(CHANNEL, _ -> heard.countDown())
                            .onSuccess(listening::complete)
                            .onFailure(listening::completeExceptionally));
            made.complete(subscriber);
            listening.get(5, TimeUnit.SECONDS);
            Futures.await(link.send(Request.cmd(Command.PUBLISH).arg(CHANNEL).arg("now")));
            assertTrue(heard.await(5, TimeUnit.SECONDS));
            Futures.await(subscriber.close());
        } finally {
            Futures.await(vertx.close());
        }
    }
}
