package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.queue.Backlog;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.worker.rollout.WithdrawalSettings.Policy;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one deployment out of service whose alias is gone: new requests are refused, accepted ones are answered, then the version is
 * unloaded. Each worker does so by itself; one whose registry has the alias on the version that it serves keeps the deployment live. Used by
 * the thread of its lane.
 */
final class Withdrawal {
    private static final Logger LOG = LoggerFactory.getLogger(Withdrawal.class);
    /** Longer than a living worker is silent. If one lives nevertheless, it writes its entry again. */
    private static final Duration SILENT = Duration.ofSeconds(10);
    /** An API of an earlier release accepts jobs until it has read the board again. */
    private static final Duration BOARD_IS_READ = Duration.ofSeconds(2);
    /** A worker that does not leave must not block another version for ever. */
    private static final Duration LONGEST_WAIT_FOR_OTHERS = Duration.ofMinutes(1);

    private final Deployment deployment;
    private final WithdrawalSettings settings;
    private final RolloutBoard board;
    private final ModelRollout rollout;
    /** Until the version is unloaded, or its alias is back. */
    private boolean isUnderWay;
    /** Since the board says so; {@link Long#MIN_VALUE} before. */
    private long announcedNanos = Long.MIN_VALUE;

    private long waitingNanos = Long.MIN_VALUE;
    private boolean isServedOn;

    Withdrawal(Deployment deployment, WithdrawalSettings settings, RolloutBoard board, ModelRollout rollout) {
        this.deployment = deployment;
        this.settings = settings;
        this.board = board;
        this.rollout = rollout;
    }

    /** The registry has the alias, on the version that is live here. */
    void aliasPointsToLive() {
        board.hasAlias(deployment, true);
        if (isServedOn) {
            isServedOn = false;
            rollout.serveByAlias();
        }
        if (isUnderWay) {
            end();
            LOG.warn("{}: the registry has the alias again; no longer withdrawing", deployment);
            rollout.announceAgain();
        }
    }

    /**
     * The registry has the alias, on another version than the one that is live here. While the deployment is withdrawn that version may
     * have another input signature: what was accepted for the old one is answered first, by all workers.
     *
     * @return whether that is still to be waited for
     */
    boolean isToBeFinishedFirst() throws InterruptedException {
        board.hasAlias(deployment, false);
        isServedOn = false;
        if (settings.policy() == Policy.SERVE) {
            return false;
        }
        try {
            if (rollout.live().isEmpty()) {
                return areOthersStillServing();
            }
            if (!isUnderWay && board.withdrawn(deployment).isEmpty()) {
                return false;
            }
            finish("the alias was gone and points to another version now");
            return true;
        } catch (RedisUnavailableException e) {
            LOG.debug("{}: waiting for Redis to withdraw it: {}", deployment, e.getMessage());
            return isUnderWay;
        }
    }

    /**
     * The registry has no such alias. To be called at each poll.
     *
     * @param since for how long it has said so
     */
    void aliasIsGone(Duration since) throws InterruptedException {
        board.hasAlias(deployment, false);
        if (since.compareTo(settings.after()) < 0) {
            return;
        }
        try {
            String reason =
                    "the registry has had no alias '%s' for %d s".formatted(deployment.alias(), since.toSeconds());
            if (settings.policy() == Policy.SERVE) {
                serveOn(reason);
            } else if (rollout.live().isPresent()) {
                finish(reason);
            } else {
                withdrawWhatNobodyServes(reason);
            }
        } catch (RedisUnavailableException e) {
            LOG.debug("{}: waiting for Redis to withdraw it: {}", deployment, e.getMessage());
        }
    }

    private void serveOn(String reason) {
        if (!isServedOn && rollout.live().isPresent()) {
            isServedOn = true;
            String servedOn = reason + "; it is still served, because of --withdrawn serve";
            rollout.serveOn(servedOn);
            LOG.warn("{}: {}", deployment, servedOn);
        }
    }

    /** One step at each poll. */
    private void finish(String reason) throws InterruptedException {
        LiveVersion live = rollout.live().orElseThrow();
        isUnderWay = true;
        if (announcedNanos == Long.MIN_VALUE) {
            board.withdraw(deployment, live.version(), live.versionId());
            announcedNanos = System.nanoTime();
            LOG.warn(
                    "{}: {}; withdrawing version {}: new requests are refused, accepted ones are answered",
                    deployment,
                    reason,
                    live.version());
        }
        boolean isServedElsewhere = board.live(deployment).isPresent();
        boolean isServedOut = System.nanoTime() - announcedNanos >= BOARD_IS_READ.toNanos()
                && board.backlog(deployment).openJobs() == 0;
        if (isServedElsewhere || isServedOut) {
            rollout.withdraw(live.version(), reason);
            end();
            LOG.warn(
                    "{}: version {} is withdrawn and unloaded; set the alias again to serve it",
                    deployment,
                    live.version());
        }
    }

    private void end() {
        isUnderWay = false;
        announcedNanos = Long.MIN_VALUE;
    }

    private boolean areOthersStillServing() throws InterruptedException {
        if (board.withdrawn(deployment).isEmpty()) {
            waitingNanos = Long.MIN_VALUE;
            return false;
        }
        Backlog backlog = board.backlog(deployment);
        rollout.lookAfter(hasLeftovers(backlog));
        if (waitingNanos == Long.MIN_VALUE) {
            waitingNanos = System.nanoTime();
        }
        boolean haveLeft = backlog.workers() == 0 || backlog.isSilentFor(SILENT);
        return !(haveLeft && backlog.openJobs() == 0)
                && System.nanoTime() - waitingNanos < LONGEST_WAIT_FOR_OTHERS.toNanos();
    }

    /** An entry of workers that have gone since, or of a version that never went live. */
    private void withdrawWhatNobodyServes(String reason) throws InterruptedException {
        Optional<LiveVersion> onBoard = board.live(deployment);
        Backlog backlog = board.backlog(deployment);
        if (onBoard.isPresent() && backlog.isSilentFor(SILENT)) {
            String version = onBoard.get().version();
            board.withdraw(deployment, version, onBoard.get().versionId());
            rollout.withdraw(version, reason);
            LOG.warn(
                    "{}: {}, and no worker serves version {}, which the board shows as live; it is withdrawn",
                    deployment,
                    reason,
                    version);
        } else if (onBoard.isEmpty()) {
            withdrawWhatNeverWentLive(reason);
        }
        rollout.lookAfter(onBoard.isEmpty() && hasLeftovers(backlog));
    }

    private void withdrawWhatNeverWentLive(String reason) throws InterruptedException {
        rollout.forgetFiles();
        Optional<String> attempted = rollout.lastAttempt();
        if (attempted.isPresent()) {
            board.withdraw(deployment, attempted.get(), "");
            rollout.withdraw(attempted.get(), reason);
        }
    }

    /** Held by dead workers, or to be trimmed: nobody else reclaims for a deployment that nobody serves. */
    static boolean hasLeftovers(Backlog backlog) {
        return backlog.workers() > 0 || backlog.openJobs() > 0 || backlog.deadLetters() > 0;
    }
}
