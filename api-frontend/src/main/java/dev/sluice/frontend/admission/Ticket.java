package dev.sluice.frontend.admission;

import dev.sluice.frontend.reply.JobEnding;
import dev.sluice.job.JobId;
import dev.sluice.job.Outcome;
import io.vertx.core.Future;

/**
 * An accepted request.
 *
 * @param id the job, or the request's place in a group
 * @param from first of its items in the job's outcome, {@code to} the one behind its last
 * @param ending when the request waits for it; for an asynchronous one already {@link JobEnding.Overdue}
 */
public record Ticket(JobId id, int from, int to, long deadline, Future<JobEnding> ending) {

    /** The request's part of what was committed. */
    public Outcome mine(Outcome whole) {
        return id.member() == JobId.WHOLE ? whole : whole.slice(from, to);
    }
}
