package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.UnservableModelException;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.CachedVersion;
import dev.sluice.worker.registry.CorruptArtifactException;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.RegistryUnavailableException;
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
    private final RolloutListener listener;
    private @Nullable LiveSlot slot;
    private RolloutState.@Nullable Live live;
    private RolloutState.@Nullable Rejected rejected;
    /** Of the rollout under way, or of the last one. */
    private @Nullable RolloutState state;

    ModelRollout(
            Deployment deployment,
            MlflowRegistry registry,
            ArtifactCache cache,
            ModelShelf shelf,
            RolloutListener listener) {
        this.deployment = deployment;
        this.registry = registry;
        this.cache = cache;
        this.shelf = shelf;
        this.listener = listener;
    }

    /** Where the files of a version come from. */
    private interface Source {
        CachedVersion files()
                throws RegistryUnavailableException, CorruptArtifactException, SupersededException,
                        InterruptedException;
    }

    /** Before the registry has answered: the version that was live last, when the cache still has it whole. */
    void startFromCache(Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        Optional<CachedVersion> last = cache.lastGood(deployment);
        if (last.isPresent()) {
            String version = last.get().version();
            supersession.aimAt(version);
            rollOut(version, last::get, supersession);
        }
    }

    /**
     * Follows the alias. Without one, the live version stays.
     *
     * @throws RegistryUnavailableException when the version cannot be fetched now; to be tried again
     */
    void follow(Optional<String> alias, Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        if (rejected != null && !alias.equals(Optional.of(rejected.version()))) {
            rejected = null;
        }
        if (alias.isPresent() && rejected == null && !isLive(alias.get())) {
            String version = alias.get();
            supersession.aimAt(version);
            rollOut(version, () -> fetch(version, supersession), supersession);
        }
    }

    private CachedVersion fetch(String version, Supersession supersession)
            throws RegistryUnavailableException, CorruptArtifactException, SupersededException, InterruptedException {
        supersession.enter();
        try {
            return cache.fetch(registry, deployment.model(), version);
        } finally {
            supersession.leave();
        }
    }

    private boolean isLive(String version) {
        return slot != null && slot.present().version().version().equals(version);
    }

    /** Whatever goes wrong with the version itself is a verdict on it: nothing else ends, and nothing is tried again at once. */
    private void rollOut(String version, Source source, Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        try {
            RolloutState.Downloading downloading =
                    step(step(new RolloutState.Discovered(version)).download());
            CachedVersion files = source.files();
            loadAndFlip(step(downloading.verify()), files);
        } catch (CorruptArtifactException | UnservableModelException e) {
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

    private void loadAndFlip(RolloutState.Verifying verifying, CachedVersion files) throws UnservableModelException {
        ServableModel next = shelf.take(files);
        boolean isServed = false;
        try {
            requireLiveSignature(next.model());
            RolloutState.WarmingUp warmingUp = step(verifying.warmUp());
            next.model().warmUp(slot == null ? PROFILING : PROFILING_BEHIND_LIVE);
            flip(step(warmingUp.ready()), next);
            isServed = true;
        } finally {
            if (!isServed) {
                shelf.discard(next);
            }
        }
    }

    /** Waiting jobs were validated against the live signature: a version with another one would fail them. */
    private void requireLiveSignature(LoadedModel next) throws UnservableModelException {
        if (slot == null) {
            return;
        }
        if (!slot.present().model().signatureHash().equals(next.signatureHash())) {
            throw new UnservableModelException(
                    "signature: its input differs from that of the live version %s; give it another alias or name"
                            .formatted(slot.present().version().version()));
        }
    }

    private void flip(RolloutState.Ready ready, ServableModel next) {
        rejected = null;
        ServableModel before = null;
        if (slot == null) {
            slot = new LiveSlot(next);
        } else {
            before = slot.flip(next);
        }
        cache.rememberGood(deployment, next.version().version());
        if (live != null) {
            step(live.retire());
        }
        live = step(ready.goLive());
        listener.onLive(deployment, describe(next), BaselineFile.of(next.version()), slot);
        if (before != null) {
            // Closed when its last batch has ended, unless the shelf keeps it for the way back.
            before.letGo();
        }
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
                System.currentTimeMillis());
    }

    private void reject(String reason, Supersession supersession) throws SupersededException {
        // What was cut short says nothing about the version.
        supersession.check();
        if (state instanceof RolloutState.Rejectable under) {
            RolloutState.Rejected verdict = step(under.reject(reason));
            rejected = verdict;
            LOG.warn("{}: version {} rejected: {}", deployment, verdict.version(), reason);
        }
    }

    private <S extends RolloutState> S step(S next) {
        state = next;
        listener.onStep(deployment, next);
        return next;
    }
}
