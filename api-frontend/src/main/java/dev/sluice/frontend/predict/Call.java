package dev.sluice.frontend.predict;

import dev.sluice.job.JobId;
import io.vertx.core.Future;

/** A request that the queue has accepted. One event loop only. */
public interface Call {

    /** The job, or the call's place in a group; that of its answer. */
    JobId id();

    /** Complete at once for an asynchronous call; else within its deadline. Fails only when the committed outcome cannot be read. */
    Future<Answer> answer();

    /**
     * The client has gone: the call waits no longer, and the job is cancelled if no other call waits for it. One with an idempotency key is
     * not, because its client may return for the answer. Does nothing for an asynchronous call, or once the call is answered.
     */
    void abandon();
}
