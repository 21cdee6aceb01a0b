package dev.sluice.worker.registry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The store for each address that the registry gives to a version. Only stores named in the settings are asked: whoever may register a
 * version must not be able to send the worker to any other host.
 */
final class ArtifactStores implements AutoCloseable {
    private static final String PROXIED = "mlflow-artifacts:/";
    private static final Pattern S3 = Pattern.compile("s3://([^/]+)/(.*)");

    private final ArtifactStore proxy;
    private final @Nullable S3Artifacts s3;

    /** @param s3 what the proxy passes through, to go around it; none: everything by the proxy */
    ArtifactStores(ArtifactStore proxy, Optional<S3Artifacts> s3) {
        this.proxy = proxy;
        this.s3 = s3.orElse(null);
    }

    /** The files at {@code mlflow-artifacts:/1/models/…} or {@code s3://bucket/…}. */
    VersionFiles at(String address) throws CorruptArtifactException {
        if (address.startsWith(PROXIED)) {
            String path = safe(address, address.substring(PROXIED.length()).replaceFirst("^/+", ""));
            return s3 == null
                    ? new VersionFiles(proxy, path)
                    : new VersionFiles(s3, s3.location().keyOf(path));
        }
        Matcher parts = S3.matcher(address);
        if (!parts.matches()) {
            throw new CorruptArtifactException(
                    "its artifacts lie at %s, which is not proxied: start MLflow with --serve-artifacts"
                            .formatted(address));
        }
        if (s3 == null || !s3.location().bucket().equals(parts.group(1))) {
            throw new CorruptArtifactException(
                    "its artifacts lie in the bucket %s, which is not the worker's: see --artifacts"
                            .formatted(parts.group(1)));
        }
        return new VersionFiles(s3, safe(address, parts.group(2)));
    }

    @Override
    public void close() {
        if (s3 != null) {
            s3.close();
        }
    }

    private static String safe(String address, String path) throws CorruptArtifactException {
        if (!new ArtifactFile(path, -1).isSafe()) {
            throw new CorruptArtifactException("its artifacts lie at %s, which leaves the store".formatted(address));
        }
        return path;
    }
}
