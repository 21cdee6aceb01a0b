package dev.sluice.frontend.reply;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.BooleanSupplier;

/** One request's wait for a job, for which others may wait too. */
public final class JobWait {
    private final Promise<JobEnding> ending = Promise.promise();
    private final BooleanSupplier wanted;

    /** @param wanted whether the job has ended or anybody else waits for it */
    JobWait(BooleanSupplier wanted) {
        this.wanted = wanted;
    }

    /** Of a request that is answered before its job is. */
    public static JobWait none() {
        JobWait none = new JobWait(() -> true);
        none.end(new JobEnding.Overdue());
        return none;
    }

    /** Never fails. */
    public Future<JobEnding> ending() {
        return ending.future();
    }

    /** The client has gone. @return whether nobody waits any more for a job that has not ended */
    public boolean abandon() {
        return ending.tryComplete(new JobEnding.Overdue()) && !wanted.getAsBoolean();
    }

    void end(JobEnding how) {
        ending.tryComplete(how);
    }
}
