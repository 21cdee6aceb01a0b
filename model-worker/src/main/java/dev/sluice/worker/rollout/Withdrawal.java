package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.queue.QueueUnavailableException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one deployment out of service whose alias is gone: new requests are refused, accepted ones are answered, then the version is
 * unloaded. Each worker does so by itself; one that still sees the alias keeps the deployment live. Used by the thread of its lane.
 */
final class Withdrawal {
    private static final Logger LOG = LoggerFactory.getLogger(Withdrawal.class);
    /** Longer than a living worker is ever silent. */
    private static final Duration SILENT = Duration.ofSeconds(10);

    private final Deployment deployment;
    private final WithdrawalSettings settings;
    private final RolloutBoard board;
    private final ModelRollout rollout;
    /** The API refuses requests; what was accepted is still answered. */
    private boolean isAnnounced;

    private boolean isServedOn;

    Withdrawal(Deployment deployment, WithdrawalSettings settings, RolloutBoard board, ModelRollout rollout) {
        this.deployment = deployment;
        this.settings = settings;
        this.board = board;
        this.rollout = rollout;
    }

    /** The registry has the alias. */
    void aliasIsThere() {
        board.hasAlias(deployment, true);
        if (isServedOn) {
            isServedOn = false;
            rollout.serveByAlias();
        }
        if (isAnnounced) {
            isAnnounced = false;
            LOG.warn("{}: the registry has the alias again; no longer withdrawing", deployment);
            rollout.announceAgain();
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
            switch (settings.policy()) {
                case SERVE -> serveOn(since);
                case STOP -> stop(since);
            }
        } catch (QueueUnavailableException e) {
            LOG.debug("{}: waiting for Redis to withdraw it: {}", deployment, e.getMessage());
        }
    }

    private void serveOn(Duration since) {
        if (!isServedOn && rollout.live().isPresent()) {
            isServedOn = true;
            String reason = reason(since) + "; it is still served, because of --withdrawn serve";
            rollout.serveOn(reason);
            LOG.warn("{}: {}", deployment, reason);
        }
    }

    private void stop(Duration since) throws InterruptedException {
        Optional<LiveVersion> live = rollout.live();
        if (live.isEmpty()) {
            withdrawWhatNobodyServes(since);
            return;
        }
        if (!isAnnounced) {
            board.withdraw(deployment, live.get());
            isAnnounced = true;
            LOG.warn(
                    "{}: {}; withdrawing version {}: new requests are refused, accepted ones are answered",
                    deployment,
                    reason(since),
                    live.get().version());
        }
        boolean isServedElsewhere = board.live(deployment).isPresent();
        if (isServedElsewhere || board.backlog(deployment).openJobs() == 0) {
            rollout.withdraw(reason(since));
            isAnnounced = false;
            LOG.warn(
                    "{}: version {} is withdrawn and unloaded; set the alias again to serve it",
                    deployment,
                    live.get().version());
        }
    }

    /** An entry of workers that have gone since. */
    private void withdrawWhatNobodyServes(Duration since) throws InterruptedException {
        Optional<LiveVersion> onBoard = board.live(deployment);
        if (onBoard.isEmpty()) {
            rollout.forgetFiles();
        } else if (board.backlog(deployment).silentMs() > SILENT.toMillis()) {
            board.withdraw(deployment, onBoard.get());
            rollout.withdraw(reason(since));
            LOG.warn(
                    "{}: {}, and no worker serves version {}, which the board shows as live; it is withdrawn",
                    deployment,
                    reason(since),
                    onBoard.get().version());
        }
    }

    private String reason(Duration since) {
        return "the registry has had no alias '%s' for %d s".formatted(deployment.alias(), since.toSeconds());
    }
}
