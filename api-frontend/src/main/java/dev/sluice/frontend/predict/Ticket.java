package dev.sluice.frontend.predict;

import dev.sluice.frontend.reply.JobWait;
import dev.sluice.job.JobId;
import dev.sluice.job.Outcome;

/**
 * One request's part in an accepted job that it waits for.
 *
 * @param id the job, or the request's place in a group
 * @param from first of its items in the job's outcome, {@code to} the one behind its last
 * @param waiting for the end of the job
 */
record Ticket(JobId id, int from, int to, JobWait waiting) {

    int items() {
        return to - from;
    }

    /** The request's part of what was committed. */
    Outcome part(Outcome whole) {
        return id.member() == JobId.WHOLE ? whole : whole.slice(from, to);
    }
}
