package dev.sluice.worker.registry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The store for each artifact address of the registry. Only stores named in the settings are used: nobody who may register a version can
 * send the worker, or its credentials, to another host.
 */
final class ArtifactStores implements AutoCloseable {
    private static final Pattern PROXIED = Pattern.compile("mlflow-artifacts:(?://([^/]*))?/+(.*)");
    private static final Pattern S3 = Pattern.compile("s3://([^/]+)/(.*)");

    private final MlflowServer server;
    private final ArtifactStore proxy;
    private final @Nullable S3Artifacts s3;

    /**
     * @param server whose proxied artifacts {@code proxy} reads
     * @param s3 what the proxy passes through, to go around it; none: everything by the proxy
     */
    ArtifactStores(MlflowServer server, ArtifactStore proxy, Optional<S3Artifacts> s3) {
        this.server = server;
        this.proxy = proxy;
        this.s3 = s3.orElse(null);
    }

    /** The files at {@code mlflow-artifacts:/1/models/…}, {@code mlflow-artifacts://host:port/1/models/…} or {@code s3://bucket/…}. */
    VersionFiles at(String address) throws CorruptArtifactException {
        Matcher proxied = PROXIED.matcher(address);
        if (proxied.matches()) {
            String authority = proxied.group(1);
            if (authority != null && !authority.isEmpty() && !isOurs(authority)) {
                throw new CorruptArtifactException(
                        "the artifacts are at %s, a server that the worker's settings do not name: register the version at %s or start the worker with the --mlflow of that server"
                                .formatted(address, server));
            }
            String path = safe(address, proxied.group(2));
            return s3 == null
                    ? new VersionFiles(proxy, path)
                    : new VersionFiles(s3, s3.location().keyOf(path));
        }
        Matcher parts = S3.matcher(address);
        if (!parts.matches()) {
            throw new CorruptArtifactException(
                    "the artifacts are at %s, which MLflow does not proxy: start MLflow with --serve-artifacts"
                            .formatted(address));
        }
        if (s3 == null || !s3.location().bucket().equals(parts.group(1))) {
            throw new CorruptArtifactException(
                    "the artifacts are in the bucket %s, which the worker's settings do not name: start the worker with --artifacts s3://%s"
                            .formatted(parts.group(1), parts.group(1)));
        }
        return new VersionFiles(s3, safe(address, parts.group(2)));
    }

    @Override
    public void close() {
        if (s3 != null) {
            s3.close();
        }
    }

    private boolean isOurs(String authority) {
        try {
            return server.isAt(authority);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String safe(String address, String path) throws CorruptArtifactException {
        if (!new ArtifactFile(path, -1).isSafe()) {
            throw new CorruptArtifactException(
                    "the artifacts are at %s, which is outside the store: register the version with its real address"
                            .formatted(address));
        }
        return path;
    }
}
