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
import io.minio.errors.ErrorResponseException;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/** Artifacts straight from the S3 store that MLflow keeps them in: what MLflow's proxy would only pass through. */
final class S3Artifacts implements ArtifactStore, AutoCloseable {
    private static final int CHUNK = 1 << 16;
    private static final int IDLE_CONNECTIONS = 5;
    private static final int IDLE_SECONDS = 5;

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
                .readTimeout(limit.silence())
                .writeTimeout(limit.silence())
                // One that its host has forgotten costs a time-out, a new one an exchange of packets.
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
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
                    throw new CorruptArtifactException(
                            "the version has more than %d files: log the model without the files that it does not need"
                                    .formatted(mostFiles));
                }
            }
        } catch (MinioException | ProviderException | IllegalStateException e) {
            // The last is what its iterator makes of a connection that is refused.
            throw unavailable("the list of files in " + prefix, e);
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
                    throw new RegistryUnavailableException(new RegistryFault.Failing(
                            "the S3 store at %s does not send the file %s within %d s: check the store and the network"
                                    .formatted(location.endpoint(), path, allowed.toSeconds())));
                }
            }
        } catch (MinioException | ProviderException | IllegalStateException | IOException e) {
            throw unavailable("the file " + path, e);
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
            throw new CorruptArtifactException(
                    "the file name %s leaves the folder of the version: rename the file".formatted(key));
        }
        return file;
    }

    private RegistryUnavailableException unavailable(String what, Exception e) {
        return new RegistryUnavailableException(faultOf(what, e), e);
    }

    private RegistryFault faultOf(String what, Exception e) {
        String store = "the S3 store at " + location.endpoint();
        if (e instanceof ErrorResponseException answer) {
            String code = answer.errorResponse().code();
            int status = answer.response().code();
            if (status == 401 || status == 403) {
                return new RegistryFault.Refused(
                        "%s refuses %s (%s): correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and their rights on the bucket %s"
                                .formatted(store, what, code, location.bucket()));
            }
            return status == 404
                    ? new RegistryFault.Gone(
                            "%s does not have %s (%s): check --artifacts, or point the alias to a version that is complete"
                                    .formatted(store, what, code))
                    : new RegistryFault.Failing(
                            "%s answers %d %s for %s: see the store's log".formatted(store, status, code, what));
        }
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return e instanceof ProviderException
                ? new RegistryFault.Refused(
                        "no credentials for %s (%s): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                                .formatted(store, cause.getMessage()))
                : new RegistryFault.Away("%s does not send %s (%s): check --s3-endpoint and that the store runs"
                        .formatted(store, what, cause.getMessage()));
    }
}
