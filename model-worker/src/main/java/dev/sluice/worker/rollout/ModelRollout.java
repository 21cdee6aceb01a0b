package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.worker.inference.InferenceException;
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

/** Carries one deployment from version to version. Used by one thread. */
final class ModelRollout {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRollout.class);

    private static final Duration PROFILING = Duration.ofSeconds(3);
    /** Measuring takes cores from the answers of the live version, and puts off the switch. */
    private static final Duration PROFILING_BEHIND_LIVE = Duration.ofSeconds(1);

    private final Deployment deployment;
    private final MlflowRegistry registry;
    private final ArtifactCache cache;
    private final ModelShelf shelf;
    private final RolloutListener listener;
    private @Nullable LiveSlot slot;
    private RolloutState.@Nullable Live live;
    private RolloutState.@Nullable Rejected rejected;

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

    Deployment deployment() {
        return deployment;
    }

    /** Before the registry has answered: whatever was live last, when the cache still has it whole. */
    void startFromCache() {
        Optional<CachedVersion> last = cache.lastGood(deployment);
        last.ifPresent(version -> {
            RolloutState.Verifying verifying =
                    new RolloutState.Discovered(version.version()).download().verify();
            loadAndFlip(verifying, version);
        });
    }

    /**
     * Follows the alias. Without one, what is live stays.
     *
     * @throws RegistryUnavailableException when the version cannot be fetched now; to be tried again
     */
    void follow(Optional<String> alias) throws RegistryUnavailableException, InterruptedException {
        if (rejected != null && !alias.equals(Optional.of(rejected.version()))) {
            rejected = null;
        }
        if (alias.isPresent() && rejected == null && !isLive(alias.get())) {
            rollOut(alias.get());
        }
    }

    void close() {
        if (slot != null) {
            slot.present().letGo();
        }
    }

    private void rollOut(String version) throws RegistryUnavailableException, InterruptedException {
        RolloutState.Downloading downloading =
                step(step(new RolloutState.Discovered(version)).download());
        CachedVersion files;
        try {
            files = cache.fetch(registry, deployment.model(), version);
        } catch (CorruptArtifactException e) {
            reject(downloading.reject(reasonOf(e)));
            return;
        }
        loadAndFlip(step(downloading.verify()), files);
    }

    private boolean isLive(String version) {
        return slot != null && slot.present().version().version().equals(version);
    }

    private void loadAndFlip(RolloutState.Verifying verifying, CachedVersion files) {
        ServableModel next;
        try {
            next = shelf.take(files);
        } catch (UnservableModelException e) {
            reject(verifying.reject(reasonOf(e)));
            return;
        }
        Optional<String> incompatible = incompatibility(next.model());
        if (incompatible.isPresent()) {
            next.letGo();
            reject(verifying.reject(incompatible.get()));
            return;
        }
        RolloutState.WarmingUp warmingUp = step(verifying.warmUp());
        try {
            next.model().warmUp(slot == null ? PROFILING : PROFILING_BEHIND_LIVE);
        } catch (InferenceException e) {
            next.letGo();
            reject(warmingUp.reject("its own input example fails: " + e.getMessage()));
            return;
        }
        flip(step(warmingUp.ready()), next);
    }

    /** Waiting jobs were validated against the live signature: a version with another one would fail them. */
    private Optional<String> incompatibility(LoadedModel next) {
        if (slot == null) {
            return Optional.empty();
        }
        LoadedModel live = slot.present().model();
        return live.signatureHash().equals(next.signatureHash())
                ? Optional.empty()
                : Optional.of(
                        "signature: its input differs from that of the live version %s; give it another alias or name"
                                .formatted(slot.present().version().version()));
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

    private void reject(RolloutState.Rejected verdict) {
        rejected = verdict;
        step(verdict);
        LOG.warn("{}: version {} rejected: {}", deployment, verdict.version(), verdict.reason());
    }

    private <S extends RolloutState> S step(S state) {
        listener.onStep(deployment, state);
        return state;
    }

    private static String reasonOf(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
