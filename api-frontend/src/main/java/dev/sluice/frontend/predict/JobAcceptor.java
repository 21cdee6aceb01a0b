package dev.sluice.frontend.predict;

import dev.sluice.queue.Acceptance;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.Submission;
import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisLink;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends a submission, and once more under the same id when its answer was lost. Ends within {@link #LIMIT}; once Redis has been away
 * for longer than that, at once. One event loop only.
 */
public final class JobAcceptor {
    /** From the first attempt to the last word. */
    public static final Duration LIMIT = Duration.ofMillis(1_500);

    private static final long LOOK_FOR_CONNECTION_MS = 10;
    private static final long NOT_AWAY = 0;

    private final Vertx vertx;
    private final RedisLink link;
    private final JobIntake intake;
    private long awaySinceNanos = NOT_AWAY;

    public JobAcceptor(Vertx vertx, RedisLink link, JobIntake intake) {
        this.vertx = vertx;
        this.link = link;
        this.intake = intake;
    }

    /** Fails with {@link RedisUnavailableException}; the job may be queued all the same. */
    public Future<Acceptance> accept(Submission job) {
        long giveUpNanos = System.nanoTime() + LIMIT.toNanos();
        return intake.accept(job)
                .onSuccess(_ -> redisAnswers())
                .recover(failure -> mayHaveBeenLost(failure) && !hasBeenAwayForLong()
                        ? connectedBefore(giveUpNanos, failure).compose(_ -> intake.accept(job))
                        : Future.failedFuture(failure))
                .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new RedisUnavailableException(link.fault().orElse(RedisFault.TIMEOUT))
                                : failure));
    }

    public void redisAnswers() {
        awaySinceNanos = NOT_AWAY;
    }

    private static boolean mayHaveBeenLost(Throwable failure) {
        return failure instanceof RedisUnavailableException unavailable
                && (unavailable.fault() == RedisFault.DISCONNECTED || unavailable.fault() == RedisFault.TIMEOUT);
    }

    private boolean hasBeenAwayForLong() {
        if (awaySinceNanos == NOT_AWAY) {
            awaySinceNanos = System.nanoTime();
        }
        return System.nanoTime() - awaySinceNanos > LIMIT.toNanos();
    }

    /** Looks only after a pause: the news of a broken connection may still be on its way. */
    private Future<Void> connectedBefore(long giveUpNanos, Throwable failure) {
        Promise<Void> connected = Promise.promise();
        vertx.setTimer(LOOK_FOR_CONNECTION_MS, _ -> {
            if (link.isConnected()) {
                connected.complete();
            } else if (System.nanoTime() - giveUpNanos >= 0) {
                connected.fail(failure);
            } else {
                connectedBefore(giveUpNanos, failure).onComplete(connected);
            }
        });
        return connected.future();
    }
}
