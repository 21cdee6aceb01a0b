package dev.sluice.monitor;

import dev.sluice.chaos.Futures;
import dev.sluice.monitor.database.Database;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import dev.sluice.settings.Address;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;

/** What a monitor works with, of the tests' own: a Redis, a connection to it, and a Postgres. */
public record RealServices(Vertx vertx, RealRedis redis, RedisLink link, RealPostgres postgres)
        implements AutoCloseable {

    public static RealServices start() throws IOException {
        Vertx vertx = Vertx.vertx();
        RealRedis redis = RealRedis.start();
        RedisLink link = RedisLink.open(vertx, redis.url(), "monitor-test", Duration.ofSeconds(5));
        Futures.await(link.connected());
        return new RealServices(vertx, redis, link, RealPostgres.start());
    }

    public Database database(String address) {
        return new Database(vertx, Address.parse(address), Duration.ofSeconds(2), Duration.ofSeconds(20));
    }

    @Override
    public void close() throws IOException {
        Futures.await(vertx.close());
        postgres.close();
        redis.close();
    }
}
