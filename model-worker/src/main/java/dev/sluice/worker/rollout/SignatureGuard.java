package dev.sluice.worker.rollout;

import dev.sluice.board.SignatureClaim;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.redis.Backoff;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.worker.registry.CachedVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds one deployment to its live signature: waiting jobs and the requests that the API lets in were validated against it, and a version
 * with another one would fail them.
 */
final class SignatureGuard {
    private static final Logger LOG = LoggerFactory.getLogger(SignatureGuard.class);

    private final Deployment deployment;
    private final LiveBoard board;
    /** What this process serves. */
    private @Nullable LiveVersion served;
    /** What the last version was rejected for. */
    private @Nullable LiveVersion conflict;

    SignatureGuard(Deployment deployment, LiveBoard board) {
        this.deployment = deployment;
        this.board = board;
    }

    void served(LiveVersion version) {
        served = version;
    }

    void nothingServed() {
        served = null;
    }

    /**
     * Before a version is tried. A process that serves already goes by its own version while Redis or the board's entry is away; one that
     * does not waits for Redis, without which it has no jobs either.
     */
    void check(CachedVersion candidate, String signatureHash, Supersession supersession)
            throws SignatureDiffersException, SupersededException, InterruptedException {
        Optional<LiveVersion> live =
                served == null ? awaitBoard(supersession) : board().or(() -> Optional.ofNullable(served));
        if (live.isPresent()) {
            requireEqual(live.get(), candidate, signatureHash);
        }
    }

    /** Before this process goes live for the first time: of two that start at once, one gives the signature. */
    void claim(CachedVersion candidate, String signatureHash, Supersession supersession)
            throws SignatureDiffersException, SupersededException, InterruptedException {
        if (served != null) {
            return;
        }
        supersession.enter();
        try {
            Backoff backoff = new Backoff();
            while (!isGranted(candidate, signatureHash)) {
                Thread.sleep(backoff.nextMs());
            }
        } finally {
            supersession.leave();
        }
    }

    /** Whether a version that was rejected for its signature may be tried again: the board has another signature than then. */
    boolean isConflictOver() throws InterruptedException {
        if (conflict == null) {
            return false;
        }
        try {
            Optional<LiveVersion> live = board.live(deployment);
            boolean isOver =
                    live.isPresent() ? !live.get().signatureHash().equals(conflict.signatureHash()) : served == null;
            if (isOver) {
                conflict = null;
            }
            return isOver;
        } catch (RedisUnavailableException e) {
            return false;
        }
    }

    void forgetConflict() {
        conflict = null;
    }

    private boolean isGranted(CachedVersion candidate, String signatureHash)
            throws SignatureDiffersException, InterruptedException {
        try {
            switch (board.claim(deployment, signatureHash)) {
                case SignatureClaim.Granted _ -> {
                    return true;
                }
                case SignatureClaim.Differs(Optional<LiveVersion> live) -> {
                    if (live.isPresent()) {
                        requireEqual(live.get(), candidate, signatureHash);
                    }
                    // What is live and equal needs no claim.
                    return live.isPresent();
                }
            }
        } catch (RedisUnavailableException e) {
            LOG.debug("{}: waiting for Redis before going live: {}", deployment, e.getMessage());
            return false;
        }
    }

    private void requireEqual(LiveVersion live, CachedVersion candidate, String signatureHash)
            throws SignatureDiffersException {
        if (!live.signatureHash().equals(signatureHash) && !isSameVersion(live, candidate)) {
            conflict = live;
            throw new SignatureDiffersException(live);
        }
    }

    /** Another release of the worker may have read the signature of the same files in another way. */
    private static boolean isSameVersion(LiveVersion live, CachedVersion candidate) {
        return live.versionId().isEmpty()
                ? live.version().equals(candidate.version())
                : live.versionId().equals(candidate.identity());
    }

    private Optional<LiveVersion> board() throws InterruptedException {
        try {
            return board.live(deployment);
        } catch (RedisUnavailableException e) {
            return Optional.empty();
        }
    }

    private Optional<LiveVersion> awaitBoard(Supersession supersession)
            throws SupersededException, InterruptedException {
        supersession.enter();
        try {
            Backoff backoff = new Backoff();
            while (true) {
                try {
                    return board.live(deployment);
                } catch (RedisUnavailableException e) {
                    LOG.debug("{}: waiting for the deployment board: {}", deployment, e.getMessage());
                    Thread.sleep(backoff.nextMs());
                }
            }
        } finally {
            supersession.leave();
        }
    }
}
