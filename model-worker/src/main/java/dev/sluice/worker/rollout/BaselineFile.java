package dev.sluice.worker.rollout;

import dev.sluice.model.VersionBaseline;
import dev.sluice.worker.registry.CachedVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code baseline.json}, which training writes beside a model. The worker carries it to the board without reading it. */
final class BaselineFile {
    private static final Logger LOG = LoggerFactory.getLogger(BaselineFile.class);
    private static final String NAME = "baseline.json";
    private static final long MOST_BYTES = 1 << 20;

    private BaselineFile() {}

    /** A version without one is served all the same, and nobody sees its drift. */
    static Optional<VersionBaseline> of(CachedVersion version) {
        Path file = version.folder().resolve(NAME);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > MOST_BYTES) {
                LOG.warn(
                        "{} of {} {} is left out: more than {} bytes",
                        NAME,
                        version.model(),
                        version.version(),
                        MOST_BYTES);
                return Optional.empty();
            }
            return Optional.of(new VersionBaseline(version.version(), version.identity(), Files.readString(file)));
        } catch (IOException e) {
            LOG.warn("{} of {} {} is left out: {}", NAME, version.model(), version.version(), e.toString());
            return Optional.empty();
        }
    }
}
