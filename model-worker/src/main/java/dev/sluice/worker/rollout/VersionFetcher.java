package dev.sluice.worker.rollout;

import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.CachedVersion;
import dev.sluice.worker.registry.CorruptArtifactException;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.RegisteredVersion;
import dev.sluice.worker.registry.RegistryUnavailableException;

/** Asks the registry for the versions of one model; a newer target cuts the wait for an answer short. */
final class VersionFetcher {
    private final String model;
    private final MlflowRegistry registry;
    private final ArtifactCache cache;

    VersionFetcher(String model, MlflowRegistry registry, ArtifactCache cache) {
        this.model = model;
        this.registry = registry;
        this.cache = cache;
    }

    RegisteredVersion lookUp(String version, Supersession supersession)
            throws RegistryUnavailableException, SupersededException, InterruptedException {
        supersession.enter();
        try {
            return registry.version(model, version);
        } finally {
            supersession.leave();
        }
    }

    CachedVersion fetch(RegisteredVersion version, Supersession supersession)
            throws RegistryUnavailableException, CorruptArtifactException, SupersededException, InterruptedException {
        supersession.enter();
        try {
            return cache.fetch(registry, version);
        } finally {
            supersession.leave();
        }
    }
}
