package dev.sluice.queue;

import dev.sluice.job.JobId;

/** What became of a submission. */
public sealed interface Acceptance {

    /**
     * It waits in its lane.
     *
     * @param deadline epoch milliseconds of Redis's clock
     * @param open what is open in its deployment, itself included
     */
    record Accepted(JobId id, long deadline, OpenItems open) implements Acceptance {}

    /** It (or the first one with its idempotency key) was accepted before; nothing has changed. */
    record Known(JobId id, long deadline) implements Acceptance {}

    /** Nothing was queued. */
    record Refused(Reason reason) implements Acceptance {}

    /** Why nothing was queued. */
    enum Reason {
        /** It arrived after its accept-by: its sender has given up. */
        LATE,
        /** The idempotency key was used with another content. */
        CONFLICT,
        JOBS_FULL,
        ITEMS_FULL,
        BYTES_FULL,
        /** The payload's own key had gone. */
        NO_BODY
    }
}
