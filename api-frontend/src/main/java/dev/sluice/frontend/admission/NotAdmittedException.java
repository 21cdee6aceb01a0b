package dev.sluice.frontend.admission;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Acceptance;
import java.time.Duration;

/** The queue does not take the request now, and when it might. */
public final class NotAdmittedException extends RuntimeException {

    /** Why, as far as the answer's status depends on it. */
    public enum Reason {
        /** No worker has been seen for longer than the grace. */
        NO_WORKER,
        /** It would be answered after its deadline. */
        TOO_LATE,
        JOBS_FULL,
        ITEMS_FULL,
        BYTES_FULL,
        /** It reached Redis after this process had given up on it. */
        EXPIRED_ON_THE_WAY,
        /** The idempotency key belongs to another content. */
        KEY_CONFLICT
    }

    private final Reason reason;
    private final int retryAfterSeconds;

    private NotAdmittedException(Reason reason, String detail, int retryAfterSeconds) {
        super(detail, null, false, false);
        this.reason = reason;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public Reason reason() {
        return reason;
    }

    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    static NotAdmittedException noWorker(Deployment deployment, long silentMs) {
        String since = silentMs == Long.MAX_VALUE ? "" : " for " + silentMs / 1000 + " s";
        return new NotAdmittedException(
                Reason.NO_WORKER,
                "no worker has been seen for %s%s: start one, or send it with 'Prefer: respond-async' and fetch it later"
                        .formatted(deployment, since),
                RetryAfter.seconds(Duration.ofSeconds(5)));
    }

    static NotAdmittedException tooLate(Deployment deployment, Duration wait, Duration remaining) {
        return new NotAdmittedException(
                Reason.TOO_LATE,
                // Put together by hand: it is said to thousands at once, and nothing else that is said then costs as
                // much.
                deployment + " would answer in about " + wait.toMillis() + " ms, the deadline is in "
                        + remaining.toMillis() + " ms",
                RetryAfter.seconds(wait.minus(remaining), wait));
    }

    static NotAdmittedException refused(Deployment deployment, Acceptance.Reason refusal, Duration wait) {
        Duration aQuarter = wait.dividedBy(4);
        return switch (refusal) {
            case JOBS_FULL -> full(Reason.JOBS_FULL, deployment, "jobs", aQuarter);
            case ITEMS_FULL -> full(Reason.ITEMS_FULL, deployment, "items", aQuarter);
            case BYTES_FULL -> full(Reason.BYTES_FULL, deployment, "bytes", aQuarter);
            case CONFLICT ->
                new NotAdmittedException(
                        Reason.KEY_CONFLICT,
                        "this Idempotency-Key was used with another content: a new request takes a new key",
                        0);
            case LATE, NO_BODY ->
                new NotAdmittedException(
                        Reason.EXPIRED_ON_THE_WAY,
                        "the request was too long on its way into the queue, nothing was queued",
                        1);
        };
    }

    private static NotAdmittedException full(Reason reason, Deployment deployment, String what, Duration wait) {
        return new NotAdmittedException(
                reason,
                "the queue of %s holds as many open %s as it may".formatted(deployment, what),
                RetryAfter.seconds(wait));
    }
}
