package dev.sluice.frontend.reply;

import dev.sluice.job.JobId;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** One request's wait for a job, for which others may wait too. {@link Replies} ends it. One event loop only. */
public final class JobWait {
    private final JobId queued;
    private final Promise<JobEnding> ending = Promise.promise();
    private long deadlineTimer;

    JobWait(JobId queued) {
        this.queued = queued;
    }

    /** Never fails. */
    public Future<JobEnding> ending() {
        return ending.future();
    }

    /** The job as it is queued. */
    JobId queued() {
        return queued;
    }

    /** The timer that ends it at its limit. */
    long deadlineTimer() {
        return deadlineTimer;
    }

    void endsBy(long timer) {
        deadlineTimer = timer;
    }

    boolean hasEnded() {
        return ending.future().isComplete();
    }

    /** Does nothing when it has ended. */
    void end(JobEnding how) {
        ending.tryComplete(how);
    }
}
