package dev.sluice.frontend.reply;

import dev.sluice.job.JobState;

/** How a wait for a job ended. */
public sealed interface JobEnding {

    /**
     * The job has come to a final state.
     *
     * @param outcome of one that is done or failed
     */
    record Ended(JobState state, CommittedOutcome outcome) implements JobEnding {}

    /** Redis has no record of the job any more. */
    record Lost() implements JobEnding {}

    /** The wait was over before the job was. */
    record Overdue() implements JobEnding {}
}
