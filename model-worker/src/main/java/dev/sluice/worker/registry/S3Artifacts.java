package dev.sluice.worker.registry;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.credentials.AwsConfigProvider;
import io.minio.credentials.AwsEnvironmentProvider;
import io.minio.credentials.ChainedProvider;
import io.minio.credentials.IamAwsProvider;
import io.minio.credentials.Provider;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/** Artifacts straight from the S3 store that MLflow keeps them in: what MLflow's proxy would only pass through. */
final class S3Artifacts implements ArtifactStore, AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final MinioClient client;
    private final OkHttpClient http;
    private final S3Location location;
    private final TransferLimit limit;

    /** With the keys of the environment, of the AWS configuration or of the machine's role, whichever there are. */
    S3Artifacts(S3Location location) {
        this(location, TransferLimit.DEFAULT, S3Artifacts::keysOfThisMachine);
    }

    /** @param keys over the client that asks for them */
    S3Artifacts(S3Location location, TransferLimit limit, Function<OkHttpClient, Provider> keys) {
        this.limit = limit;
        this.location = location;
        this.http = new OkHttpClient.Builder()
                .connectTimeout(TransferLimit.CONNECT)
                .readTimeout(limit.answer())
                .writeTimeout(limit.answer())
                .protocols(List.of(Protocol.HTTP_1_1))
                // A store's address comes from the settings, never from a store.
                .followRedirects(false)
                .build();
        this.client = MinioClient.builder()
                .endpoint(location.endpoint().toString())
                .region(location.region())
                .credentialsProvider(keys.apply(http))
                .httpClient(http)
                .build();
    }

    S3Location location() {
        return location;
    }

    @Override
    public List<ArtifactFile> list(String folder, int mostFiles)
            throws RegistryUnavailableException, CorruptArtifactException {
        String prefix = folder + "/";
        List<ArtifactFile> files = new ArrayList<>();
        try {
            Iterable<Result<Item>> found = client.listObjects(ListObjectsArgs.builder()
                    .bucket(location.bucket())
                    .prefix(prefix)
                    .recursive(true)
                    .build());
            for (Result<Item> result : found) {
                Item item = result.get();
                if (item.isDir() || item.objectName().endsWith("/")) {
                    continue;
                }
                files.add(fileOf(prefix, item));
                if (files.size() > mostFiles) {
                    throw new CorruptArtifactException("it has more than %d files".formatted(mostFiles));
                }
            }
        } catch (MinioException | ProviderException | IllegalStateException e) {
            // The last is what its iterator makes of a connection that is refused.
            throw unavailable("the listing of " + prefix, e);
        }
        return files;
    }

    @Override
    public void download(String path, long bytes, Path target) throws RegistryUnavailableException {
        Duration allowed = limit.of(bytes);
        long end = System.nanoTime() + allowed.toNanos();
        try (InputStream content = client.getObject(GetObjectArgs.builder()
                        .bucket(location.bucket())
                        .object(path)
                        .build());
                OutputStream file = Files.newOutputStream(target)) {
            byte[] chunk = new byte[CHUNK];
            // Each read has the client's limit; all of them together have this one.
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                file.write(chunk, 0, read);
                if (System.nanoTime() > end) {
                    throw new RegistryUnavailableException(
                            "the download of %s did not end within %d s".formatted(path, allowed.toSeconds()), null);
                }
            }
        } catch (MinioException | ProviderException | IllegalStateException | IOException e) {
            throw unavailable("the download of " + path, e);
        }
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private static Provider keysOfThisMachine(OkHttpClient http) {
        return new ChainedProvider(
                new AwsEnvironmentProvider(), new AwsConfigProvider(null, null), new IamAwsProvider(null, http));
    }

    private static ArtifactFile fileOf(String prefix, Item item) throws CorruptArtifactException {
        String key = item.objectName();
        ArtifactFile file = new ArtifactFile(key.startsWith(prefix) ? key.substring(prefix.length()) : "", item.size());
        if (!file.isSafe()) {
            throw new CorruptArtifactException("a file's name leaves the folder: " + key);
        }
        return file;
    }

    private static RegistryUnavailableException unavailable(String what, Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new RegistryUnavailableException("S3: %s failed: %s".formatted(what, cause), e);
    }
}
