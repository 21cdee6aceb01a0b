package dev.sluice.frontend.admission;

import dev.sluice.frontend.reply.JobEnding;
import dev.sluice.frontend.reply.JobWait;
import dev.sluice.job.JobId;
import dev.sluice.job.Outcome;
import io.vertx.core.Future;

/**
 * An accepted request.
 *
 * @param id the job, or the request's place in a group
 * @param from first of its items in the job's outcome, {@code to} the one behind its last
 * @param waiting of the request for it; for an asynchronous one {@link JobWait#none()}
 */
public record Ticket(JobId id, int from, int to, long deadline, JobWait waiting) {

    public Future<JobEnding> ending() {
        return waiting.ending();
    }

    /** The request's part of what was committed. */
    public Outcome mine(Outcome whole) {
        return id.member() == JobId.WHOLE ? whole : whole.slice(from, to);
    }
}
