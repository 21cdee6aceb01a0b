package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.redis.Backoff;
import dev.sluice.worker.registry.AliasTarget;
import dev.sluice.worker.registry.RegistryUnavailableException;
import dev.sluice.worker.trial.TrialUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one deployment to the version that its alias points to, on a thread of its own: one rollout at a time, a newer target
 * supersedes the one under way, and no other deployment waits for it.
 */
final class RolloutLane {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutLane.class);

    private final Deployment deployment;
    private final AliasFollower follower;
    private final Thread thread;
    private final Backoff backoff = new Backoff();
    private Supersession underWay = new Supersession();
    private Optional<AliasTarget> alias = Optional.empty();
    /** Since the rollout was last told. */
    private boolean isMoved;

    private boolean wasDeleted;
    private Duration absentFor = Duration.ZERO;
    private boolean due;
    private boolean stopping;
    private String lastFault = "";

    RolloutLane(Deployment deployment, AliasFollower follower) {
        this.deployment = deployment;
        this.follower = follower;
        this.thread = Thread.ofPlatform()
                .name("rollout-" + deployment)
                .daemon()
                .uncaughtExceptionHandler((ended, e) -> LOG.error("Thread {} has ended", ended.getName(), e))
                .unstarted(this::carryUntilStopped);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    /**
     * What the registry says now. To be called at each poll that it has answered.
     *
     * @param target empty when the alias does not exist
     * @param absent for how long it has not existed
     */
    synchronized void aliasPointsTo(Optional<AliasTarget> target, Duration absent) {
        absentFor = absent;
        target.ifPresent(underWay::aliasPointsTo);
        isMoved |= !target.equals(alias);
        wasDeleted |= target.isEmpty();
        alias = target;
        due = true;
        notifyAll();
    }

    /** Cuts a rollout short; the live version stays usable, for batches may still run on it. */
    synchronized void stop() {
        stopping = true;
        underWay.supersede();
        notifyAll();
    }

    /** Returns once its thread has ended, or after the limit: an engine that loads cannot be interrupted. */
    void join(Duration limit) throws InterruptedException {
        thread.join(limit);
    }

    /** A rollout, or the start from the cache. */
    private interface Carrying {
        void run(Supersession supersession)
                throws RegistryUnavailableException, TrialUnavailableException, SupersededException,
                        InterruptedException;
    }

    private void carryUntilStopped() {
        try {
            carry(follower::startFromCache);
            while (awaitPoll()) {
                carry(supersession -> follower.follow(report(), supersession));
            }
        } catch (InterruptedException e) {
            LOG.error("{}: the rollout thread was interrupted and ends", deployment);
        }
    }

    private void carry(Carrying carrying) throws InterruptedException {
        try {
            carrying.run(begin());
            backoff.reset();
            lastFault = "";
        } catch (SupersededException e) {
            LOG.debug("{}: {}", deployment, e.getMessage());
        } catch (RegistryUnavailableException | TrialUnavailableException e) {
            if (isNew(String.valueOf(e.getMessage()))) {
                LOG.warn("{}: {}; keeping the live version and trying again", deployment, e.getMessage());
            }
            pause();
        } catch (RuntimeException | Error e) {
            if (isNew(e.toString())) {
                LOG.error("{}: Unexpected rollout error; keeping the live version", deployment, e);
            }
            pause();
        }
    }

    private boolean isNew(String fault) {
        boolean isNew = !fault.equals(lastFault);
        lastFault = fault;
        return isNew;
    }

    private synchronized Supersession begin() throws SupersededException {
        underWay = new Supersession();
        if (stopping) {
            throw new SupersededException();
        }
        return underWay;
    }

    private synchronized AliasReport report() {
        AliasReport report = new AliasReport(alias, isMoved, wasDeleted, absentFor);
        isMoved = false;
        wasDeleted = false;
        return report;
    }

    /** @return false when it stops */
    private synchronized boolean awaitPoll() throws InterruptedException {
        while (!due && !stopping) {
            wait();
        }
        due = false;
        return !stopping;
    }

    /** A poll does not shorten it, a moved alias does. What failed is tried again at the next poll: the registry answers then. */
    private synchronized void pause() throws InterruptedException {
        Optional<AliasTarget> before = alias;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoff.nextMs());
        long left = end - System.nanoTime();
        while (left > 0 && !stopping && alias.equals(before)) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
    }
}
