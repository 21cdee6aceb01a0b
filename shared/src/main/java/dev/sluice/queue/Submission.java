package dev.sluice.queue;

import dev.sluice.job.Content;
import dev.sluice.job.JobId;
import dev.sluice.job.Lane;
import java.time.Duration;
import java.util.List;

/**
 * A job that the API submits.
 *
 * @param items rows or pictures in the payload
 * @param parts for pictures the length of each, in bytes; empty for rows
 * @param deadline time after acceptance after which the job is not started
 * @param signatureHash of the signature that the payload was validated against
 * @param replyTo channel of the instance that waits; empty if none does
 * @param traceparent W3C trace context; empty without one
 * @param members for a group the items of each member, in order; empty otherwise
 * @param idempotency key of the caller; {@link IdempotencyKey#NONE} without one
 * @param retention of its record after its end
 */
public record Submission(
        JobId id,
        Lane lane,
        int items,
        Content content,
        byte[] payload,
        List<Integer> parts,
        Duration deadline,
        String signatureHash,
        String replyTo,
        String traceparent,
        List<Integer> members,
        IdempotencyKey idempotency,
        Retention retention) {
    /** The schema number of the record; a worker does not run newer ones. */
    public static final int SCHEMA = 1;

    /** Schema numbers grow by one per release, so a much larger number is not from a newer release. */
    private static final int FURTHEST_AHEAD = 100;

    /** True for a number that a newer release may have written. */
    public static boolean isOfNewerRelease(int schema) {
        return schema > SCHEMA && schema <= SCHEMA + FURTHEST_AHEAD;
    }

    public Submission {
        parts = List.copyOf(parts);
        members = List.copyOf(members);
    }
}
