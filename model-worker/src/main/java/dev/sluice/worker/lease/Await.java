package dev.sluice.worker.lease;

import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Blocks a worker's own thread (never an event loop) for an answer of Redis; the link sees to it that there is an end. */
public final class Await {
    private Await() {}

    /** @throws RedisUnavailableException when Redis did not do it */
    public static <T extends @Nullable Object> T answer(Future<T> future) throws InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof RedisUnavailableException unavailable
                    ? unavailable
                    : new RedisUnavailableException(RedisFault.ERROR, cause);
        }
    }
}
