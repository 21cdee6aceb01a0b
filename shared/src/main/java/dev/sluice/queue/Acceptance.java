package dev.sluice.queue;

import dev.sluice.job.JobId;

/** The result of a submission. */
public sealed interface Acceptance {

    /**
     * The job waits in its lane.
     *
     * @param deadline epoch milliseconds of Redis's clock
     * @param open open items of its deployment, including its own
     */
    record Accepted(JobId id, long deadline, OpenItems open) implements Acceptance {}

    /** The job, or the first one with its idempotency key, was accepted before; nothing has changed. */
    record Known(JobId id, long deadline) implements Acceptance {}

    /** Nothing was queued. */
    record Refused(Reason reason) implements Acceptance {}

    /** The reason why nothing was queued. */
    enum Reason {
        /** The submission arrived after its accept-by time: the sender no longer waits. */
        LATE,
        /** The idempotency key was used with another content. */
        CONFLICT,
        /** The deployment was withdrawn: no worker would take the job. */
        WITHDRAWN,
        JOBS_FULL,
        ITEMS_FULL,
        BYTES_FULL,
        /** The separate key of the payload has expired. */
        NO_BODY
    }
}
