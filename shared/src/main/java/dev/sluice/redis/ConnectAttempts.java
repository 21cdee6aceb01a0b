package dev.sluice.redis;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/** The attempts to connect since the last success: why they fail, logged once for each reason, and the pause before the next one. */
final class ConnectAttempts {
    private final Logger log;
    private final String name;
    private final Duration limit;
    private final Backoff backoff = new Backoff();
    private final Backoff refusals = Backoff.afterRefusedLogin();

    private final AtomicInteger failed = new AtomicInteger();
    private String logged = "";

    /**
     * Of one link.
     *
     * @param limit of a login
     */
    ConnectAttempts(Logger log, String name, Duration limit) {
        this.log = log;
        this.name = name;
        this.limit = limit;
    }

    /** Nobody can say which Redis is the primary, or it cannot be reached; the message names the remedy. */
    static final class NoPrimaryException extends RuntimeException {
        private final boolean isRefusal;

        NoPrimaryException(String faultAndRemedy, boolean isRefusal) {
            super(faultAndRemedy);
            this.isRefusal = isRefusal;
        }
    }

    /** How many have failed. */
    int failed() {
        return failed.get();
    }

    void succeeded() {
        failed.set(0);
        backoff.reset();
        refusals.reset();
        logged = "";
    }

    /** The pause after the loss of a connection. */
    long pauseMs() {
        return backoff.nextMs();
    }

    /** Counts and logs a failure. @return the pause before the next attempt */
    long failedBy(Throwable failure, RedisFault absence) {
        failed.incrementAndGet();
        String reason = reasonOf(failure);
        if (!reason.equals(logged)) {
            log.warn(
                    "{}: cannot connect to Redis, retrying: {}",
                    name,
                    failure instanceof NoPrimaryException ? reason : reason + ": " + absence.remedy());
            logged = reason;
        }
        boolean isRefusal = isRefusal(absence) || (failure instanceof NoPrimaryException none && none.isRefusal);
        return (isRefusal ? refusals : backoff).nextMs();
    }

    RedisFault absence(Throwable failure) {
        RedisFault fault = RedisFault.of(reasonOf(failure));
        return fault == RedisFault.ERROR ? RedisFault.DISCONNECTED : fault;
    }

    /** The failure of an attempt to reach a primary that Sentinels have named. */
    Throwable unreachable(PrimaryLookup.Primary server, Throwable failure) {
        return isRefusal(absence(failure))
                ? failure
                : new NoPrimaryException(
                        "%s, which does not answer (%s): wait for a failover, or have Redis announce an address that this process can reach (replica-announce-ip)"
                                .formatted(server, reasonOf(failure)),
                        false);
    }

    private static boolean isRefusal(RedisFault absence) {
        return absence == RedisFault.WRONG_PASSWORD || absence == RedisFault.MISSING_RIGHT;
    }

    private String reasonOf(Throwable failure) {
        return failure instanceof TimeoutException
                ? "no answer to the login within %d s".formatted(limit.toSeconds())
                : String.valueOf(failure.getMessage());
    }
}
