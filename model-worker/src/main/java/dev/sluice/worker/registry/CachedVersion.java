package dev.sluice.worker.registry;

import dev.sluice.model.VersionIdentity;
import java.nio.file.Path;

/**
 * A version whose files are complete in the cache.
 *
 * @param key of the registration that it was downloaded for, see {@link RegisteredVersion#key}
 * @param modelId of the registry; empty if an earlier release downloaded it
 * @param digest SHA-256 over the names and contents of all files, in hex
 */
public record CachedVersion(String model, String version, String key, String modelId, Path folder, String digest) {

    /** The same for the same files of the same logged model, on every worker. */
    public String identity() {
        return VersionIdentity.of(version, modelId + '\n' + digest);
    }

    /** Whether both are the same copy in the cache, also under another key. */
    public boolean isSameFiles(CachedVersion other) {
        return folder.equals(other.folder) && digest.equals(other.digest);
    }

    /** Whether it is what the registry means now. */
    public boolean isOf(RegisteredVersion registered) {
        return key.equals(registered.key());
    }
}
