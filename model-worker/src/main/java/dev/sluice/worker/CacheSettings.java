package dev.sluice.worker;

import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import dev.sluice.worker.registry.CacheLimits;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where downloaded versions are stored, and how many. */
final class CacheSettings implements Settings {
    @Option(names = "--cache", description = "Folder of downloaded versions and their profiles.")
    Path cache = Path.of(".sluice/cache");

    @Option(
            names = "--cache-bytes",
            description =
                    "Most bytes of all versions in --cache. Versions that were not used for the longest time are deleted; the live"
                            + " version of each deployment and the one before it stay.")
    long cacheBytes = CacheLimits.DEFAULT.bytes();

    @Option(names = "--cache-versions", description = "Most versions of each model in --cache, as --cache-bytes.")
    int cacheVersions = CacheLimits.DEFAULT.versions();

    CacheLimits limits() {
        return new CacheLimits(cacheBytes, cacheVersions);
    }

    @Override
    public void check(SettingsFaults faults) {
        faults.requireAtLeast("--cache-bytes", cacheBytes, 0);
        faults.requireAtLeast("--cache-versions", cacheVersions, 1);
    }
}
