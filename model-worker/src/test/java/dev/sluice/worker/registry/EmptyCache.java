package dev.sluice.worker.registry;

import java.nio.file.Path;
import java.time.Clock;

/** The space of a cache with nothing in it. */
final class EmptyCache {
    private EmptyCache() {}

    static CacheSpace at(Path root) {
        CacheLayout layout = new CacheLayout(root);
        return new CacheSpace(layout, new UsedFolders(layout, Clock.systemUTC()), CacheLimits.DEFAULT);
    }
}
