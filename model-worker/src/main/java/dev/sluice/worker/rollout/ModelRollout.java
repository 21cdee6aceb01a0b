package dev.sluice.worker.rollout;

import static java.util.Objects.requireNonNull;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.VersionBaseline;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.UnservableModelException;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.CachedVersion;
import dev.sluice.worker.registry.CorruptArtifactException;
import dev.sluice.worker.registry.RegisteredVersion;
import dev.sluice.worker.registry.RegistryUnavailableException;
import dev.sluice.worker.trial.LoadMark;
import dev.sluice.worker.trial.ModelTrials;
import dev.sluice.worker.trial.TrialUnavailableException;
import dev.sluice.worker.trial.Verdict;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one deployment from its live version to another. Used by the thread of its lane. */
final class ModelRollout {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRollout.class);

    private static final Duration PROFILING = Duration.ofSeconds(3);
    /** Measuring takes cores from the answers of the live version, and delays the switch. */
    private static final Duration PROFILING_BEHIND_LIVE = Duration.ofSeconds(1);

    private final Deployment deployment;
    private final ArtifactCache cache;
    /** As far as is known: a process before this one may have written it. */
    private boolean isRemembered = true;

    private final VersionFetcher versions;
    private final ModelShelf shelf;
    private final ModelTrials trials;
    private final SignatureGuard signatures;
    private final RolloutListener listener;
    private @Nullable LiveSlot slot;
    private RolloutState.@Nullable Live live;
    private @Nullable WentLive announced;
    /** What is live, while the listener has not heard that the alias points to it. */
    private @Nullable WentLive unannounced;
    /** Since the last trial of what the alias points to: an earlier failure does not count. */
    private boolean isSetAnew;

    /** Of the rollout under way, or of the last one. */
    private @Nullable RolloutState state;

    ModelRollout(
            Deployment deployment,
            ArtifactCache cache,
            VersionFetcher versions,
            ModelShelf shelf,
            ModelTrials trials,
            SignatureGuard signatures,
            RolloutListener listener) {
        this.deployment = deployment;
        this.cache = cache;
        this.versions = versions;
        this.shelf = shelf;
        this.trials = trials;
        this.signatures = signatures;
        this.listener = listener;
    }

    /** Where the files of a version come from. */
    interface Source {
        CachedVersion files()
                throws RegistryUnavailableException, CorruptArtifactException, SupersededException,
                        InterruptedException;
    }

    /** @param byAlias whether the registry's alias points to the version */
    record Attempt(String version, Source source, boolean byAlias) {}

    boolean isLive(RegisteredVersion version) {
        return slot != null && slot.present().version().isOf(version);
    }

    /** The alias points to what is live. */
    void announceByAlias() {
        if (unannounced != null) {
            announce(unannounced.followingTheAlias());
        }
    }

    /** What is live here. */
    Optional<LiveVersion> live() {
        return Optional.ofNullable(announced).map(WentLive::version);
    }

    /** As if it had just gone live by its alias. */
    void announceAgain() {
        announce(requireNonNull(announced).followingTheAlias());
    }

    /** Serves the deployment without an alias, because the operator has asked for it. */
    void serveOn(String reason) {
        step(requireNonNull(live).serveOn(reason));
    }

    /** Live with an alias again. */
    void serveByAlias() {
        if (live != null) {
            step(live);
        }
    }

    /** Serves the deployment no more, and forgets it; returns once what was taken is finished or given back. */
    void withdraw(String version, String reason) throws InterruptedException {
        listener.onWithdrawn(deployment);
        forgetFiles();
        LiveSlot gone = slot;
        slot = null;
        live = null;
        announced = null;
        unannounced = null;
        signatures.nothingServed();
        if (gone != null) {
            gone.present().letGo();
            shelf.clearUnused(deployment.model());
        }
        step(new RolloutState.Withdrawn(version, reason));
    }

    /** The version of the last rollout, unless it has ended in a withdrawal; empty before the first. */
    Optional<String> lastAttempt() {
        return Optional.ofNullable(state)
                .filter(last -> !(last instanceof RolloutState.Withdrawn))
                .map(RolloutState::version);
    }

    /** See {@link RolloutListener#onLeftovers}. */
    void lookAfter(boolean hasLeftovers) {
        listener.onLeftovers(deployment, hasLeftovers);
    }

    /** After a restart, the deployment does not start from the cache. */
    void forgetFiles() {
        if (isRemembered) {
            cache.forget(deployment);
            isRemembered = false;
        }
    }

    /** The alias has been set anew: a version that failed its trial is tried again. */
    void forgetEarlierTrials() {
        isSetAnew = true;
    }

    /**
     * Whatever goes wrong with the version itself is a verdict on it: nothing else ends, and nothing is tried again at once.
     *
     * @return false when it was rejected
     */
    boolean rollOut(Attempt attempt, Supersession supersession)
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
            return true;
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
        return false;
    }

    /** A process that serves nothing yet joins the others in what they serve. */
    private void serveTheBoardsVersion(SignatureDiffersException why, Attempt attempt, Supersession supersession)
            throws RegistryUnavailableException, TrialUnavailableException, SupersededException, InterruptedException {
        String version = why.live().version();
        if (slot == null && !version.equals(attempt.version())) {
            RegisteredVersion onBoard = versions.lookUp(version, supersession);
            rollOut(new Attempt(version, () -> versions.fetch(onBoard, supersession), false), supersession);
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
        ServableModel next = load(files);
        boolean isServed = false;
        try {
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

    /** Marked meanwhile: a later start knows it when this process ends over the version. */
    private ServableModel load(CachedVersion files) throws UnservableModelException, InterruptedException {
        try (LoadMark mark = trials.markLoading(files.digest())) {
            ServableModel next = shelf.take(files);
            boolean isWarm = false;
            try {
                next.model().warmUp(profiling());
                mark.loaded();
                isWarm = true;
                return next;
            } finally {
                if (!isWarm) {
                    shelf.discard(next);
                }
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
        RolloutState.Live before = live;
        RolloutState.Live now = ready.goLive();
        live = now;
        WentLive wentLive = new WentLive(version, baseline, requireNonNull(slot), byAlias);
        announced = wentLive;
        unannounced = wentLive;
        signatures.served(version);
        cache.rememberGood(deployment, next.version());
        isRemembered = true;
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
            LOG.warn("{}: version {} rejected: {}", deployment, verdict.version(), reason);
        }
    }

    /** Its files cannot be had: shown as rejected, though it is tried again. */
    void rejectForNow(String version, String reason) {
        step(new RolloutState.Discovered(version).download().reject(reason));
        LOG.warn("{}: version {} rejected for now: {}", deployment, version, reason);
    }

    private <S extends RolloutState> S step(S next) {
        state = next;
        listener.onStep(deployment, next);
        return next;
    }
}
