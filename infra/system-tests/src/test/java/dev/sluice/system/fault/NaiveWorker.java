package dev.sluice.system.fault;

import dev.sluice.queue.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The queue as it is often built, for comparison: a batch is read and trimmed off the list, then inferred, then its results are set. A
 * process of its own; the argument is Redis's address.
 */
final class NaiveWorker {
    static final String LIST = "naive:list";
    static final String RESULT = "naive:result:";
    private static final int BATCH = 8;
    private static final Duration INFERENCE = Duration.ofMillis(100);

    private NaiveWorker() {}

    public static void main(String[] args) throws Exception {
        RedisLink redis = RedisLink.open(Vertx.vertx(), args[0], "naive", Duration.ofSeconds(5));
        redis.connected().toCompletionStage().toCompletableFuture().get();
        while (true) {
            Response batch =
                    send(redis, Request.cmd(Command.LRANGE).arg(LIST).arg(0).arg(BATCH - 1));
            send(redis, Request.cmd(Command.LTRIM).arg(LIST).arg(batch.size()).arg(-1));
            LockSupport.parkNanos(INFERENCE.toNanos());
            for (Response job : batch) {
                send(redis, Request.cmd(Command.SET).arg(RESULT + job).arg("done"));
            }
        }
    }

    private static Response send(RedisLink redis, Request request) throws Exception {
        return redis.send(request).toCompletionStage().toCompletableFuture().get();
    }
}
