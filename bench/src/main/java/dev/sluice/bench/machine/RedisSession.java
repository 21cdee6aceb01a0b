package dev.sluice.bench.machine;

import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection of a benchmark's own to the Redis that it watches. */
public final class RedisSession implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final RedisLink link;

    /**
     * Returns once it is connected.
     *
     * @param name in Redis's list of clients
     */
    public RedisSession(String address, String name) throws ExecutionException, TimeoutException, InterruptedException {
        link = RedisLink.open(vertx, address, name, LIMIT);
        var _ = answer(link.connected());
    }

    public void send(Request request) throws ExecutionException, TimeoutException, InterruptedException {
        var _ = answer(link.send(request));
    }

    /** What Redis holds now. */
    public RedisUse use() throws ExecutionException, TimeoutException, InterruptedException {
        return answer(RedisUse.read(link));
    }

    private static <T extends @Nullable Object> T answer(Future<T> future)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close();
    }
}
