package dev.sluice.redis;

import dev.sluice.chaos.Futures;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Redis of a test class's own with a link to it, empty before each test. */
public final class LinkedRedis implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private Vertx vertx;
    private RealRedis redis;
    private RedisLink link;

    public Vertx vertx() {
        return vertx;
    }

    public RealRedis server() {
        return redis;
    }

    public RedisLink link() {
        return link;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        vertx = Vertx.vertx();
        redis = RealRedis.start();
        link = RedisLink.open(vertx, redis.url(), context.getDisplayName(), Duration.ofSeconds(5));
        Futures.await(link.connected());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Futures.await(link.send(Request.cmd(Command.FLUSHALL)));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Futures.await(vertx.close());
        redis.close();
    }
}
