package dev.sluice.frontend.predict;

import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.job.Outcome;

/** What a dialect tells the client about a call that was accepted. */
public sealed interface Answer {

    /** The job, or the call's place in a group. */
    JobId id();

    /**
     * The call is asynchronous: its result is fetched later under this id.
     *
     * @param deadline epoch milliseconds of Redis's clock
     */
    record Accepted(JobId id, long deadline) implements Answer {}

    /**
     * A worker ran the job.
     *
     * @param outcome of the call's items only; some of them, or all, may have failed
     */
    record Predicted(JobId id, Outcome outcome) implements Answer {}

    /**
     * The job ended without an outcome.
     *
     * @param state cancelled, expired or dead
     */
    record Ended(JobId id, JobState state) implements Answer {}

    /** Redis has no record of the job any more. */
    record Lost(JobId id) implements Answer {}

    /** The deadline passed, or the client went, before the job ended; it may still run. */
    record Overdue(JobId id) implements Answer {}
}
