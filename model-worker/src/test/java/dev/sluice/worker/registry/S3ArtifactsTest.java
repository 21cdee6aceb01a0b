package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.chaos.Integration;
import dev.sluice.chaos.TcpProxy;
import dev.sluice.worker.models.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real MLflow whose artifacts lie in a real S3 store: through its proxy, and around it. */
@Integration
class S3ArtifactsTest {
    private static final Duration SHORT = Duration.ofSeconds(3);

    @TempDir
    static Path servers;

    private static RealS3 store;
    private static RealMlflow mlflow;
    private static MlflowRegistry registry;

    @TempDir
    Path folder;

    private final CacheSpace space = EmptyCache.at(Path.of("nowhere"));

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(RealS3.isInstalled(), "there is no versitygw: `make test` builds it where there is a Go");
        store = RealS3.start(Files.createDirectories(servers.resolve("s3")));
        mlflow = RealMlflow.start(servers, store);
        registry = new MlflowRegistry(MlflowServer.at(mlflow.url()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (store != null) {
            registry.close();
            mlflow.stop();
            store.close();
        }
    }

    @Test
    void theSameFilesComeThroughTheProxyAndStraight() throws Exception {
        String version = mlflow.register("both", ModelFolder.summing("a"));
        registry.filesOf("both", version).downloadInto(Files.createDirectory(folder.resolve("proxied")), space);
        registry.filesOf("both", version, straight(store.url()))
                .downloadInto(Files.createDirectory(folder.resolve("straight")), space);
        assertEquals(
                Manifest.of(folder.resolve("proxied")).digest(),
                Manifest.of(folder.resolve("straight")).digest());
    }

    @Test
    void aVersionWhoseAddressIsTheBucketsIsFetchedStraight() throws Exception {
        mlflow.register("named", ModelFolder.summing("a"));
        String path = registry.filesOf("named", "1").root();
        String version = mlflow.registerSource("named", "s3://mlflow/" + path, "");
        registry.filesOf("named", version, straight(store.url())).downloadInto(folder, space);
        assertTrue(Files.exists(folder.resolve("model.onnx")));
    }

    @Test
    void anotherBucketIsNotAsked() throws Exception {
        String version = mlflow.registerSource("elsewhere", "s3://others/1/models/m", "");
        CorruptArtifactException refused = assertThrows(
                CorruptArtifactException.class, () -> registry.filesOf("elsewhere", version, straight(store.url())));
        assertTrue(refused.getMessage().contains("the bucket others"), refused.getMessage());
        assertThrows(CorruptArtifactException.class, () -> registry.filesOf("elsewhere", version));
    }

    @ParameterizedTest
    @EnumSource(names = {"BREAKS_OFF", "STALLS"})
    void aDownloadThatDoesNotEndWholeIsUnavailable(FlakyNetwork.Mood mood) throws Exception {
        String name = "padded-" + mood;
        String version = mlflow.register(name, ModelFolder.summing("a").with("notes", "x".repeat(60_000)));
        try (FlakyNetwork network = FlakyNetwork.before(store.port())) {
            network.become(mood);
            VersionFiles files = registry.filesOf(name, version, straight(network.url()));
            assertThrows(RegistryUnavailableException.class, () -> files.downloadInto(folder, space));
        }
    }

    /** Whether a connection is used again is up to the store: this one closes it after each answer. */
    @Test
    void silentConnectionsCostAtMostOneAttemptEachAndAreClosed() throws Exception {
        String version = mlflow.register("silent", ModelFolder.summing("a"));
        try (TcpProxy network = new TcpProxy(store.port())) {
            VersionFiles files = registry.filesOf("silent", version, straight("http://127.0.0.1:" + network.port()));
            files.downloadInto(Files.createDirectory(folder.resolve("before")), space);
            int open = network.connections();
            network.silence();
            for (int attempt = 0; attempt < open; attempt++) {
                try {
                    files.downloadInto(Files.createDirectory(folder.resolve("attempt-" + attempt)), space);
                } catch (RegistryUnavailableException silent) {
                    assertTrue(silent.getMessage().contains("the S3 store at"), silent.getMessage());
                }
            }
            files.downloadInto(Files.createDirectory(folder.resolve("after")), space);
            assertTrue(Files.exists(folder.resolve("after/model.onnx")));
            network.awaitAtMost(1);
        }
    }

    @Test
    void wrongKeysAreRefusedAndNameTheSetting() throws Exception {
        String version = mlflow.register("locked", ModelFolder.summing("a"));
        ArtifactStores stores = new ArtifactStores(
                MlflowServer.at(mlflow.url()),
                new MlflowArtifacts(new MlflowHttp(MlflowServer.at(mlflow.url()))),
                Optional.of(RealS3.seenFrom(store.url(), SHORT, "wrong")));
        VersionFiles files = registry.filesOf("locked", version, stores);
        RegistryUnavailableException refused =
                assertThrows(RegistryUnavailableException.class, () -> files.downloadInto(folder, space));
        assertInstanceOf(RegistryFault.Refused.class, refused.fault());
        assertTrue(refused.getMessage().contains("AWS_SECRET_ACCESS_KEY"), refused.getMessage());
    }

    @Test
    void withTheStoreAwayTheCacheIsServedAndNothingElse() throws Exception {
        String first = mlflow.register("kept", ModelFolder.summing("a"));
        String second = mlflow.register("kept", ModelFolder.takingTheLargest("a"));
        ArtifactCache cache = new ArtifactCache(folder);
        CachedVersion fetched = cache.fetch(registry, registry.version("kept", first));
        store.stop();
        try {
            assertEquals(fetched, cache.fetch(registry, registry.version("kept", first)));
            assertThrows(
                    RegistryUnavailableException.class, () -> cache.fetch(registry, registry.version("kept", second)));
            VersionFiles straight = registry.filesOf("kept", second, straight(store.url()));
            assertThrows(
                    RegistryUnavailableException.class, () -> straight.downloadInto(folder.resolve("straight"), space));
        } finally {
            store.startAgain();
        }
        assertEquals(
                second, cache.fetch(registry, registry.version("kept", second)).version());
    }

    private static ArtifactStores straight(String url) {
        return new ArtifactStores(
                MlflowServer.at(mlflow.url()),
                new MlflowArtifacts(new MlflowHttp(MlflowServer.at(mlflow.url()))),
                Optional.of(RealS3.seenFrom(url, SHORT)));
    }
}
