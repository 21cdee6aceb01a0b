package dev.sluice.frontend.admission;

import dev.sluice.job.Lane;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.Retention;
import java.time.Duration;

/**
 * What the caller wants beside the prediction.
 *
 * @param deadline from the request's arrival
 * @param arrivedNanos by {@link System#nanoTime()}
 * @param async the caller fetches the answer later
 * @param traceparent W3C trace context that goes with the job
 */
public record CallTerms(
        Duration deadline,
        long arrivedNanos,
        boolean async,
        Lane lane,
        IdempotencyKey idempotency,
        String traceparent) {

    /** What is left of the deadline; zero when it has passed. */
    public Duration remaining() {
        Duration left = deadline.minusNanos(System.nanoTime() - arrivedNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The same under that key. */
    public CallTerms with(IdempotencyKey key) {
        return new CallTerms(deadline, arrivedNanos, async, lane, key, traceparent);
    }

    public boolean hasKey() {
        return !idempotency.scopedKey().isEmpty();
    }

    /** Whoever fetches the answer later, or repeats the request, needs it for longer than one who waits for it. */
    public Retention retention() {
        return async || hasKey() ? Retention.OUTCOME_TTL : Retention.SYNCHRONOUS;
    }
}
