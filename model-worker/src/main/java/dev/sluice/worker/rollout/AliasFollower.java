package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.worker.registry.AliasTarget;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.CachedVersion;
import dev.sluice.worker.registry.CorruptArtifactException;
import dev.sluice.worker.registry.RegisteredVersion;
import dev.sluice.worker.registry.RegistryUnavailableException;
import dev.sluice.worker.rollout.ModelRollout.Attempt;
import dev.sluice.worker.rollout.ModelRollout.Source;
import dev.sluice.worker.trial.TrialUnavailableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what one deployment rolls out: the version that its alias points to, and when it is tried again. Used by the thread of its lane. */
final class AliasFollower {
    private final Deployment deployment;
    private final ArtifactCache cache;
    private final VersionFetcher versions;
    private final SignatureGuard signatures;
    private final ModelRollout rollout;
    private final RolloutBoard board;
    private final Withdrawal withdrawal;
    /** What its own content speaks against, until the alias points elsewhere. */
    private @Nullable RegisteredVersion rejected;
    /** Why the version cannot be fetched, though perhaps later; empty when it can. */
    private String rejectedForNow = "";
    /** What the alias points to, as far as that is known. */
    private @Nullable RegisteredVersion registered;

    private @Nullable AliasTarget aim;

    private final RetryPlan retries = new RetryPlan(System::nanoTime);

    AliasFollower(
            Deployment deployment,
            ArtifactCache cache,
            VersionFetcher versions,
            SignatureGuard signatures,
            RolloutBoard board,
            ModelRollout rollout,
            Withdrawal withdrawal) {
        this.deployment = deployment;
        this.cache = cache;
        this.versions = versions;
        this.signatures = signatures;
        this.board = board;
        this.rollout = rollout;
        this.withdrawal = withdrawal;
    }

    /** Before the registry has answered: the version that was live last, when the cache still has it whole. */
    void startFromCache(Supersession supersession)
            throws RegistryUnavailableException, TrialUnavailableException, SupersededException, InterruptedException {
        Optional<CachedVersion> last = cache.lastGood(deployment);
        if (last.isPresent() && !isWithdrawn()) {
            String version = last.get().version();
            supersession.aimAt(target -> target.version().equals(version));
            rollout.rollOut(new Attempt(version, last::get, false), supersession);
        }
    }

    /** By other workers while this one was away; not as far as is known while Redis is away. */
    private boolean isWithdrawn() throws InterruptedException {
        try {
            return board.withdrawn(deployment).isPresent();
        } catch (RedisUnavailableException e) {
            return false;
        }
    }

    /**
     * Follows the alias. Without one, the live version is withdrawn in the end.
     *
     * @throws RegistryUnavailableException when the version cannot be fetched now; to be tried again
     */
    void follow(AliasReport report, Supersession supersession)
            throws RegistryUnavailableException, TrialUnavailableException, SupersededException, InterruptedException {
        if (report.wasDeleted() || signatures.isConflictOver()) {
            rejected = null;
        }
        if (report.wasDeleted()) {
            rollout.forgetEarlierTrials();
        }
        if (report.isMoved()) {
            registered = null;
            rejectedForNow = "";
            signatures.forgetConflict();
            retries.reset();
        }
        if (report.target().isEmpty()) {
            withdrawal.aliasIsGone(report.absentFor());
            return;
        }
        AliasTarget target = report.target().get();
        if (aim != null && !aim.isSameAim(target)) {
            rollout.forgetEarlierTrials();
        }
        aim = target;
        supersession.aimAt(target::isSameAim);
        try {
            followTo(target.version(), supersession);
        } catch (RegistryUnavailableException e) {
            if (!retries.isExhaustedBy(e.fault())) {
                throw e;
            }
            rejectForNow(target.version(), String.valueOf(e.getMessage()), supersession);
        }
    }

    private void followTo(String version, Supersession supersession)
            throws RegistryUnavailableException, TrialUnavailableException, SupersededException, InterruptedException {
        if (!rejectedForNow.isEmpty() && !retries.isDue()) {
            return;
        }
        RegisteredVersion wanted = registered(version, supersession);
        if (rollout.isLive(wanted)) {
            rejected = null;
            withdrawal.aliasPointsToLive();
            rollout.announceByAlias();
        } else if (!withdrawal.isToBeFinishedFirst() && !wanted.equals(rejected)) {
            rejected = null;
            // While it is rejected for now, the board shows no further tries but the one that ends them.
            Source files = rejectedForNow.isEmpty()
                    ? () -> versions.fetch(wanted, supersession)
                    : fetched(wanted, supersession);
            rejectedForNow = "";
            boolean isLive = rollout.rollOut(new Attempt(version, files, true), supersession);
            rejected = isLive ? null : wanted;
        }
    }

    private RegisteredVersion registered(String version, Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        RegisteredVersion known = registered;
        if (known == null) {
            known = versions.lookUp(version, supersession);
            registered = known;
        }
        return known;
    }

    private Source fetched(RegisteredVersion version, Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        try {
            CachedVersion files = versions.fetch(version, supersession);
            return () -> files;
        } catch (CorruptArtifactException e) {
            return () -> {
                throw e;
            };
        }
    }

    /** The version itself may be good; it is tried again when the alias is set anew, and by itself. */
    private void rejectForNow(String version, String reason, Supersession supersession) throws SupersededException {
        supersession.check();
        if (!reason.equals(rejectedForNow)) {
            rejectedForNow = reason;
            rollout.rejectForNow(version, reason);
        }
    }
}
