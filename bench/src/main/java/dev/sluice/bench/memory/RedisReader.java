package dev.sluice.bench.memory;

import dev.sluice.bench.machine.RedisUse;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads what Redis holds, once a second, while the load runs. */
final class RedisReader implements AutoCloseable {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(10);
    private static final long EVERY_MS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final RedisLink link;
    private final List<Reading> readings = new ArrayList<>();
    private final long startNanos = System.nanoTime();

    private RedisReader(String redis, String limit) throws Exception {
        link = RedisLink.open(vertx, redis, "memory", COMMAND_LIMIT);
        await(link.connected());
        await(link.send(Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg(limit)));
        read();
        vertx.setPeriodic(EVERY_MS, _ -> read());
    }

    /** @param limit the maxmemory to set first */
    static RedisReader start(String redis, String limit) throws Exception {
        return new RedisReader(redis, limit);
    }

    synchronized List<Reading> readings() {
        return List.copyOf(readings);
    }

    private void read() {
        RedisUse.read(link)
                .map(use -> new Reading(seconds(), use.usedBytes(), use.keys()))
                .onSuccess(this::add);
    }

    private synchronized void add(Reading reading) {
        readings.add(reading);
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private static void await(Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close();
    }
}
