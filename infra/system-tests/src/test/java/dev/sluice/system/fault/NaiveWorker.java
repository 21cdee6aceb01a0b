package dev.sluice.system.fault;

import dev.sluice.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The queue as it is often built, for comparison: a batch is read and trimmed off the list, then inferred, then its results are set. A
 * process of its own; the arguments are the address of Redis and how many batches it answers before it holds one for ever.
 */
final class NaiveWorker {
    static final String LIST = "naive:list";
    static final String RESULT = "naive:result:";
    /** Jobs in the batch of the worker that holds one. */
    static final String HELD = "naive:held";
    /** Present once a worker has found the list empty, after all that it had taken was answered. */
    static final String IDLE = "naive:idle";

    static final int BATCH = 8;
    private static final Duration INFERENCE = Duration.ofMillis(20);

    private NaiveWorker() {}

    public static void main(String[] args) throws Exception {
        RedisLink redis = RedisLink.open(Vertx.vertx(), args[0], "naive", Duration.ofSeconds(5));
        redis.connected().toCompletionStage().toCompletableFuture().get();
        long answersBatches = Long.parseLong(args[1]);
        for (long batches = 0; ; ) {
            Response batch =
                    send(redis, Request.cmd(Command.LRANGE).arg(LIST).arg(0).arg(BATCH - 1));
            send(redis, Request.cmd(Command.LTRIM).arg(LIST).arg(batch.size()).arg(-1));
            if (batch.size() == 0) {
                send(redis, Request.cmd(Command.SET).arg(IDLE).arg("yes"));
            } else if (batches++ == answersBatches) {
                send(redis, Request.cmd(Command.SET).arg(HELD).arg(batch.size()));
                Thread.currentThread().join();
            }
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
