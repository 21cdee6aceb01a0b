package dev.sluice.worker.rollout;

import static java.util.Objects.requireNonNull;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.VersionBaseline;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.UnservableModelException;
import dev.sluice.worker.registry.AliasTarget;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.CachedVersion;
import dev.sluice.worker.registry.CorruptArtifactException;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.RegisteredVersion;
import dev.sluice.worker.registry.RegistryUnavailableException;
import dev.sluice.worker.trial.ModelTrials;
import dev.sluice.worker.trial.TrialUnavailableException;
import dev.sluice.worker.trial.Verdict;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one deployment from version to version. Used by the thread of its lane. */
final class ModelRollout {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRollout.class);

    private static final Duration PROFILING = Duration.ofSeconds(3);
    /** Measuring takes cores from the answers of the live version, and delays the switch. */
    private static final Duration PROFILING_BEHIND_LIVE = Duration.ofSeconds(1);

    private final Deployment deployment;
    private final MlflowRegistry registry;
    private final ArtifactCache cache;
    private final ModelShelf shelf;
    private final ModelTrials trials;
    private final SignatureGuard signatures;
    private final RolloutListener listener;
    private @Nullable LiveSlot slot;
    private RolloutState.@Nullable Live live;
    /** What is live, while the listener has not heard that the alias points to it. */
    private @Nullable WentLive unannounced;
    /** What its own content speaks against, until the alias points elsewhere. */
    private @Nullable RegisteredVersion rejected;
    /** Why the version cannot be fetched, though perhaps later; empty when it can. */
    private String rejectedForNow = "";
    /** What the alias points to, as far as that is known. */
    private @Nullable RegisteredVersion registered;

    private @Nullable AliasTarget aim;
    /** Since the last trial of what the alias points to: an earlier failure does not count. */
    private boolean isSetAnew;

    private final RetryPlan retries = new RetryPlan(System::nanoTime);
    /** Of the rollout under way, or of the last one. */
    private @Nullable RolloutState state;

    ModelRollout(
            Deployment deployment,
            MlflowRegistry registry,
            ArtifactCache cache,
            ModelShelf shelf,
            ModelTrials trials,
            LiveBoard board,
            RolloutListener listener) {
        this.deployment = deployment;
        this.registry = registry;
        this.cache = cache;
        this.shelf = shelf;
        this.trials = trials;
        this.signatures = new SignatureGuard(deployment, board);
        this.listener = listener;
    }

    /** Where the files of a version come from. */
    private interface Source {
        CachedVersion files()
                throws RegistryUnavailableException, CorruptArtifactException, SupersededException,
                        InterruptedException;
    }

    /** @param byAlias whether the registry's alias points to the version */
    private record Attempt(String version, Source source, boolean byAlias) {}

    /** Before the registry has answered: the version that was live last, when the cache still has it whole. */
    void startFromCache(Supersession supersession)
            throws RegistryUnavailableException, TrialUnavailableException, SupersededException, InterruptedException {
        Optional<CachedVersion> last = cache.lastGood(deployment);
        if (last.isPresent()) {
            String version = last.get().version();
            supersession.aimAt(target -> target.version().equals(version));
            rollOut(new Attempt(version, last::get, false), supersession);
        }
    }

    /**
     * Follows the alias. Without one, the live version stays.
     *
     * @throws RegistryUnavailableException when the version cannot be fetched now; to be tried again
     */
    void follow(AliasReport report, Supersession supersession)
            throws RegistryUnavailableException, TrialUnavailableException, SupersededException, InterruptedException {
        if (report.wasDeleted() || signatures.isConflictOver()) {
            rejected = null;
        }
        if (report.wasDeleted()) {
            isSetAnew = true;
        }
        if (report.isMoved()) {
            registered = null;
            rejectedForNow = "";
            signatures.forgetConflict();
            retries.reset();
        }
        if (report.target().isEmpty()) {
            return;
        }
        AliasTarget target = report.target().get();
        if (aim != null && !aim.isSameAim(target)) {
            isSetAnew = true;
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
        if (isLive(wanted)) {
            rejected = null;
            if (unannounced != null) {
                announce(unannounced.followingTheAlias());
            }
        } else if (!wanted.equals(rejected)) {
            rejected = null;
            if (rejectedForNow.isEmpty()) {
                rollOut(new Attempt(version, () -> fetch(wanted, supersession), true), supersession);
            } else {
                // The board shows no further tries but the one that ends them.
                Source files = fetched(wanted, supersession);
                rejectedForNow = "";
                rollOut(new Attempt(version, files, true), supersession);
            }
        }
    }

    private RegisteredVersion registered(String version, Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        RegisteredVersion known = registered;
        if (known == null) {
            known = lookUp(version, supersession);
            registered = known;
        }
        return known;
    }

    private RegisteredVersion lookUp(String version, Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        supersession.enter();
        try {
            return registry.version(deployment.model(), version);
        } finally {
            supersession.leave();
        }
    }

    private CachedVersion fetch(RegisteredVersion version, Supersession supersession)
            throws RegistryUnavailableException, CorruptArtifactException, SupersededException, InterruptedException {
        supersession.enter();
        try {
            return cache.fetch(registry, version);
        } finally {
            supersession.leave();
        }
    }

    private Source fetched(RegisteredVersion version, Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        try {
            CachedVersion files = fetch(version, supersession);
            return () -> files;
        } catch (CorruptArtifactException e) {
            return () -> {
                throw e;
            };
        }
    }

    private boolean isLive(RegisteredVersion version) {
        return slot != null && slot.present().version().isOf(version);
    }

    /** Whatever goes wrong with the version itself is a verdict on it: nothing else ends, and nothing is tried again at once. */
    private void rollOut(Attempt attempt, Supersession supersession)
            throws RegistryUnavailableException, TrialUnavailableException, SupersededException, InterruptedException {
        try {
            RolloutState.Downloading downloading =
                    step(step(new RolloutState.Discovered(attempt.version())).download());
            CachedVersion files = attempt.source().files();
            RolloutState.Verifying verifying = step(downloading.verify());
            signatures.check(files, shelf.inspect(files).signatureHash(), supersession);
            RolloutState.WarmingUp warmingUp = step(verifying.warmUp());
            requireGoodTrial(files, attempt.byAlias(), supersession);
            loadAndFlip(warmingUp, files, attempt.byAlias(), supersession);
        } catch (CorruptArtifactException | UnservableModelException e) {
            reject(String.valueOf(e.getMessage()), supersession);
        } catch (SignatureDiffersException e) {
            RolloutState under = state;
            serveTheBoardsVersion(e, attempt, supersession);
            state = under;
            reject(String.valueOf(e.getMessage()), supersession);
        } catch (OutOfMemoryError e) {
            reject(
                    "it needs more memory than the worker has (%s): use a smaller model or smaller inputs, or raise the worker's -Xmx"
                            .formatted(e.getMessage()),
                    supersession);
        } catch (RuntimeException | Error e) {
            if (!(state instanceof RolloutState.Rejectable)) {
                throw e;
            }
            LOG.error("{}: Unexpected rollout error; keeping the live version", deployment, e);
            reject("its rollout ended with an unexpected error: see the worker's log", supersession);
        }
    }

    /** A process that serves nothing yet joins the others in what they serve. */
    private void serveTheBoardsVersion(SignatureDiffersException why, Attempt attempt, Supersession supersession)
            throws RegistryUnavailableException, TrialUnavailableException, SupersededException, InterruptedException {
        String version = why.live().version();
        if (slot == null && !version.equals(attempt.version())) {
            RegisteredVersion onBoard = lookUp(version, supersession);
            rollOut(new Attempt(version, () -> fetch(onBoard, supersession), false), supersession);
        }
    }

    /** In a process of its own: a version may take all memory, never end, or crash. */
    private void requireGoodTrial(CachedVersion files, boolean byAlias, Supersession supersession)
            throws UnservableModelException, TrialUnavailableException, SupersededException, InterruptedException {
        if (byAlias && isSetAnew) {
            trials.forgetFailure(files.digest());
            isSetAnew = false;
        }
        supersession.enter();
        Verdict verdict;
        try {
            verdict = trials.verdict(files.folder(), files.digest(), profiling());
        } finally {
            supersession.leave();
        }
        if (verdict instanceof Verdict.Failed(String reason)) {
            throw new UnservableModelException(reason);
        }
    }

    private Duration profiling() {
        return slot == null ? PROFILING : PROFILING_BEHIND_LIVE;
    }

    private void loadAndFlip(
            RolloutState.WarmingUp warmingUp, CachedVersion files, boolean byAlias, Supersession supersession)
            throws UnservableModelException, SignatureDiffersException, SupersededException, InterruptedException {
        ServableModel next = shelf.take(files);
        boolean isServed = false;
        try {
            next.model().warmUp(profiling());
            signatures.claim(next.version(), next.model().signatureHash(), supersession);
            LiveVersion version = describe(next);
            Optional<VersionBaseline> baseline = BaselineFile.of(next.version());
            RolloutState.Ready ready = step(warmingUp.ready());
            ServableModel before = put(next);
            isServed = true;
            try {
                goLive(ready, next, version, baseline, byAlias);
            } finally {
                if (before != null) {
                    // Closed when its last batch has ended, unless the shelf keeps it for the way back.
                    before.letGo();
                }
            }
        } finally {
            if (!isServed) {
                shelf.discard(next);
            }
        }
    }

    /** From here on the slot owns it. @return what was live before */
    private @Nullable ServableModel put(ServableModel next) {
        LiveSlot present = slot;
        if (present == null) {
            slot = new LiveSlot(next);
            return null;
        }
        return present.flip(next);
    }

    /** Batches run on it already: what fails here does not take it back. */
    private void goLive(
            RolloutState.Ready ready,
            ServableModel next,
            LiveVersion version,
            Optional<VersionBaseline> baseline,
            boolean byAlias) {
        rejected = null;
        RolloutState.Live before = live;
        RolloutState.Live now = ready.goLive();
        live = now;
        WentLive wentLive = new WentLive(version, baseline, requireNonNull(slot), byAlias);
        unannounced = wentLive;
        signatures.served(version);
        cache.rememberGood(deployment, next.version());
        if (before != null) {
            step(before.retire());
        }
        step(now);
        announce(wentLive);
    }

    private void announce(WentLive version) {
        listener.onLive(deployment, version);
        unannounced = version.byAlias() ? null : version.followingTheAlias();
    }

    private static LiveVersion describe(ServableModel live) {
        LoadedModel model = live.model();
        return new LiveVersion(
                live.version().version(),
                model.task(),
                model.flavor(),
                model.engine(),
                model.description(),
                model.signature(),
                model.signatureHash(),
                model.profile(),
                System.currentTimeMillis(),
                live.version().identity());
    }

    private void reject(String reason, Supersession supersession) throws SupersededException {
        // What was cut short says nothing about the version.
        supersession.check();
        if (state instanceof RolloutState.Rejectable under) {
            RolloutState.Rejected verdict = step(under.reject(reason));
            rejected = registered;
            LOG.warn("{}: version {} rejected: {}", deployment, verdict.version(), reason);
        }
    }

    /** The version itself may be good; it is tried again when the alias is set anew, and by itself. */
    private void rejectForNow(String version, String reason, Supersession supersession) throws SupersededException {
        supersession.check();
        if (!reason.equals(rejectedForNow)) {
            rejectedForNow = reason;
            step(new RolloutState.Discovered(version).download().reject(reason));
            LOG.warn("{}: version {} rejected for now: {}", deployment, version, reason);
        }
    }

    private <S extends RolloutState> S step(S next) {
        state = next;
        listener.onStep(deployment, next);
        return next;
    }
}
