package dev.sluice.frontend.predict;

import dev.sluice.job.JobId;
import io.vertx.core.Future;

/** Answered by its acceptance: the client fetches the result later. */
record AsynchronousCall(Answer.Accepted accepted) implements Call {
    @Override
    public JobId id() {
        return accepted.id();
    }

    @Override
    public Future<Answer> answer() {
        return Future.succeededFuture(accepted);
    }

    @Override
    public void abandon() {
        // The client is not expected to stay.
    }
}
