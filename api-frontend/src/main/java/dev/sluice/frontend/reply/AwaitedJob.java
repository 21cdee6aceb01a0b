package dev.sluice.frontend.reply;

import dev.sluice.job.JobId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;

/** One queued job that somebody in this process waits for, be it one request or the members of a group. */
public final class AwaitedJob {
    private final Vertx vertx;
    private final Replies replies;
    private final JobId id;
    private final Promise<JobEnding> ending = Promise.promise();
    private int claims;
    private long lookUpAtNanos = Long.MAX_VALUE;
    private Duration lookUpEvery = Duration.ofSeconds(1);

    AwaitedJob(Vertx vertx, Replies replies, JobId id) {
        this.vertx = vertx;
        this.replies = replies;
        this.id = id;
    }

    JobId id() {
        return id;
    }

    /** It is in the queue: from {@code predicted} on it is looked up, should its answer not have come. */
    public void accepted(Duration predicted) {
        lookUpAfter(predicted);
    }

    /** Its end within the limit, or {@link JobEnding.Overdue}; never fails. */
    public JobWait within(Duration limit) {
        claims++;
        JobWait wait = new JobWait(() -> claims > 0 || hasEnded());
        long timer = vertx.setTimer(
                Math.max(1, limit.toMillis()), _ -> replies.lastLook(this).onSuccess(wait::end));
        wait.ending().onComplete(_ -> {
            vertx.cancelTimer(timer);
            release();
        });
        ending.future().onSuccess(wait::end);
        return wait;
    }

    /** The claim of {@link Replies#expect} or {@link Replies#watch} is given up. */
    public void release() {
        claims--;
        if (claims == 0) {
            replies.forget(this);
        }
    }

    void claim() {
        claims++;
    }

    void watchEvery(Duration interval) {
        lookUpEvery = interval;
        lookUpAfter(Duration.ZERO);
    }

    void lookUpAfter(Duration pause) {
        lookUpAtNanos = System.nanoTime() + pause.toNanos();
    }

    void lookUpAgain() {
        lookUpAfter(lookUpEvery);
    }

    /** Not before its acceptance is known: until then Redis may rightly have no record of it. */
    boolean isAccepted() {
        return lookUpAtNanos != Long.MAX_VALUE;
    }

    boolean isDue(long nowNanos) {
        return isAccepted() && lookUpAtNanos - nowNanos <= 0;
    }

    void end(JobEnding how) {
        ending.tryComplete(how);
        replies.forget(this);
    }

    boolean hasEnded() {
        return ending.future().isComplete();
    }

    Future<JobEnding> future() {
        return ending.future();
    }
}
