package dev.sluice.frontend.admission;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Acceptance;
import java.time.Duration;

/** The queue does not take the request now; says why and when to try again. */
public final class NotAdmittedException extends RuntimeException {

    /** Why, as far as the answer's status depends on it. */
    public enum Reason {
        /** No worker has been seen for longer than the grace. */
        NO_WORKER,
        /** It would be answered after its deadline. */
        TOO_LATE,
        /** The deployment was withdrawn just now. */
        WITHDRAWN,
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
                "no worker of %s has been seen%s: start one, or send the request with 'Prefer: respond-async' and fetch its result later"
                        .formatted(deployment, since),
                RetryAfter.seconds(Duration.ofSeconds(5)));
    }

    static NotAdmittedException tooLate(Deployment deployment, Duration wait, Duration remaining) {
        return new NotAdmittedException(
                Reason.TOO_LATE,
                // Put together by hand: it goes to thousands of callers at once, and formatting would cost most of it.
                deployment + " would answer in about " + wait.toMillis() + " ms, and the deadline is in "
                        + remaining.toMillis() + " ms: try again later, or ask for more time by X-Sluice-Deadline-Ms",
                RetryAfter.seconds(wait.minus(remaining), wait));
    }

    public static NotAdmittedException refused(Deployment deployment, Acceptance.Reason refusal, Duration wait) {
        Duration aQuarter = wait.dividedBy(4);
        return switch (refusal) {
            case JOBS_FULL -> full(Reason.JOBS_FULL, deployment, "jobs (--max-open-jobs)", aQuarter);
            case ITEMS_FULL -> full(Reason.ITEMS_FULL, deployment, "items (--max-open-items)", aQuarter);
            case BYTES_FULL -> full(Reason.BYTES_FULL, deployment, "bytes (--max-open-bytes)", aQuarter);
            case WITHDRAWN ->
                new NotAdmittedException(
                        Reason.WITHDRAWN,
                        "%s was withdrawn: set the alias '%s' on a version in MLflow to serve it again, or use another model"
                                .formatted(deployment, deployment.alias()),
                        0);
            case CONFLICT ->
                new NotAdmittedException(
                        Reason.KEY_CONFLICT,
                        "this Idempotency-Key was used for another request: send each new request with a new key",
                        0);
            case LATE, NO_BODY ->
                new NotAdmittedException(
                        Reason.EXPIRED_ON_THE_WAY,
                        "the request did not reach the queue in time and was not queued: send it again",
                        1);
        };
    }

    private static NotAdmittedException full(Reason reason, Deployment deployment, String what, Duration wait) {
        return new NotAdmittedException(
                reason,
                "the queue of %s is full, it has the most open %s: try again later".formatted(deployment, what),
                RetryAfter.seconds(wait));
    }
}
