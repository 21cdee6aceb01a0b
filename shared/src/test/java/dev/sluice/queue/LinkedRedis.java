package dev.sluice.queue;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Redis of a test class's own with a link to it, empty before each test. */
final class LinkedRedis implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private Vertx vertx;
    private RealRedis redis;
    private RedisLink link;

    Vertx vertx() {
        return vertx;
    }

    RealRedis server() {
        return redis;
    }

    RedisLink link() {
        return link;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        vertx = Vertx.vertx();
        redis = RealRedis.start();
        link = RedisLink.open(vertx, redis.url(), context.getDisplayName(), Duration.ofSeconds(5));
        ModelRun.await(link.connected());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        ModelRun.await(link.send(Request.cmd(Command.FLUSHALL)));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        ModelRun.await(vertx.close());
        redis.close();
    }
}
