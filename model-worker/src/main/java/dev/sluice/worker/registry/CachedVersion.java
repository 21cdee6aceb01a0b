package dev.sluice.worker.registry;

import java.nio.file.Path;

/**
 * A version whose files lie whole in the cache.
 *
 * @param digest SHA-256 over the names and contents of all files, in hex
 */
public record CachedVersion(String model, String version, Path folder, String digest) {}
