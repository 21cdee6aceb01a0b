package dev.sluice.bench.memory;

import dev.sluice.bench.machine.RedisSession;
import dev.sluice.bench.machine.RedisUse;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads what Redis holds, once a second, while the load runs; a reading that Redis does not answer is left out. */
final class RedisReader implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final RedisSession redis;
    private final List<Reading> readings = new ArrayList<>();
    private final long startNanos = System.nanoTime();

    private RedisReader(String address, String limit) throws Exception {
        redis = new RedisSession(address, "memory");
        redis.send(Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg(limit));
        var _ = clock.scheduleAtFixedRate(this::read, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @param limit the maxmemory to set first */
    static RedisReader start(String redis, String limit) throws Exception {
        return new RedisReader(redis, limit);
    }

    synchronized List<Reading> readings() {
        return List.copyOf(readings);
    }

    private void read() {
        try {
            RedisUse use = redis.use();
            add(new Reading(seconds(), use.usedBytes(), use.keys()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("a reading is missing: " + e.getMessage());
        }
    }

    private synchronized void add(Reading reading) {
        readings.add(reading);
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        redis.close();
    }
}
