package dev.sluice.queue;

import java.time.Duration;

/** How long Redis stores the record of an ended job; each record says which. */
public sealed interface Retention {

    /** For {@code --outcome-ttl}: the caller fetches the answer later, or repeats the request under its key. */
    record OutcomeTtl() implements Retention {}

    /**
     * Until that long after the job's deadline, and never longer than {@code --outcome-ttl}: the caller waits for the answer, and asks for
     * the job only if the answer did not arrive in time.
     */
    record AfterDeadline(Duration grace) implements Retention {}

    Retention OUTCOME_TTL = new OutcomeTtl();

    /** Longer than an accept may be on its way, so that a late repetition of one finds the record. */
    Retention SYNCHRONOUS = new AfterDeadline(Duration.ofSeconds(60));

    /** The one that suits both. */
    static Retention longer(Retention one, Retention other) {
        return switch (one) {
            case OutcomeTtl _ -> one;
            case AfterDeadline(Duration grace) ->
                switch (other) {
                    case OutcomeTtl _ -> other;
                    case AfterDeadline(Duration otherGrace) -> grace.compareTo(otherGrace) >= 0 ? one : other;
                };
        };
    }
}
