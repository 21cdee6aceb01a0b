package dev.sluice.queue;

import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.Lane;
import java.time.Duration;
import java.util.List;

/**
 * A job that the API submits.
 *
 * @param items rows or pictures in the payload
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
        JobPayload payload,
        Duration deadline,
        String signatureHash,
        String replyTo,
        String traceparent,
        List<Integer> members,
        IdempotencyKey idempotency,
        Retention retention) {
    public Submission {
        members = List.copyOf(members);
    }
}
