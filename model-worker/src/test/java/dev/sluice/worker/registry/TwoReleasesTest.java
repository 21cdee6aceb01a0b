package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.model.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rolling upgrade: workers of this release and of the one before share a cache folder. */
class TwoReleasesTest {
    private static final Deployment IRIS = new Deployment("iris", Deployment.CHAMPION);
    private static final String MODEL_UUID = "model_uuid: 0123456789abcdef0123456789abcdef\n";
    private static final Map<String, String> FILES = Map.of("MLmodel", MODEL_UUID, "model.onnx", "weights");

    @TempDir
    Path home;

    private Path root;
    private EarlierRelease earlier;
    private ArtifactCache cache;
    private VersionServer server;
    private MlflowRegistry registry;

    @BeforeEach
    void start() throws IOException {
        root = home.resolve("cache");
        earlier = new EarlierRelease(root);
        cache = new ArtifactCache(root);
        server = new VersionServer(FILES);
        registry = server.registry();
    }

    @AfterEach
    void stop() {
        registry.close();
        server.close();
    }

    @Test
    void theEarlierReleaseFindsThePlainNumberOfTheLiveVersion() throws Exception {
        goLive(version(3));
        assertEquals(Optional.of("3"), earlier.lastLive(IRIS));
        assertEquals(Optional.of(version(3).key()), cache.lastGood(IRIS).map(CachedVersion::key));
    }

    @Test
    void aVersionOfTheEarlierReleaseStartsFromTheCache() throws Exception {
        earlier.goLive(IRIS, "3", FILES);
        assertEquals(List.of(IRIS), cache.remembered());
        assertEquals(Optional.of("3"), cache.lastGood(IRIS).map(CachedVersion::version));
    }

    @Test
    void theReleaseThatWroteLastNamesTheVersionThatWasLiveLast() throws Exception {
        goLive(version(1));
        earlier.goLive(IRIS, "2", FILES);
        assertEquals(Optional.of("2"), cache.lastGood(IRIS).map(CachedVersion::version));
        goLive(version(3));
        assertEquals(Optional.of("3"), cache.lastGood(IRIS).map(CachedVersion::version));
        assertEquals(Optional.of("3"), earlier.lastLive(IRIS));
    }

    @Test
    void aNoteWithAKeyInTheOldPlaceIsRead() throws Exception {
        goLive(version(1));
        CachedVersion second = cache.fetch(registry, version(2));
        Files.writeString(root.resolve("live").resolve(IRIS.toString()), second.key());
        assertEquals(Optional.of(second), cache.lastGood(IRIS));
        Files.delete(root.resolve("live.2").resolve(IRIS.toString()));
        assertEquals(List.of(IRIS), cache.remembered());
        assertEquals(Optional.of(second), cache.lastGood(IRIS));
    }

    @Test
    void aDamagedVersionLeavesTheCopyOfTheEarlierRelease() throws Exception {
        CachedVersion own = goLive(version(3));
        earlier.goLive(IRIS, "3", FILES);
        Files.writeString(own.folder().resolve("model.onnx"), "damaged");
        assertEquals(
                Optional.of(root.resolve("versions/iris/3/files")),
                cache.lastGood(IRIS).map(CachedVersion::folder));
    }

    @Test
    void aCopyOfTheEarlierReleaseIsUsedAndNotDownloadedAgain() throws Exception {
        earlier.goLive(IRIS, "3", FILES);
        CachedVersion fetched = goLive(version(3));
        assertEquals(List.of("MLmodel"), server.downloaded());
        assertEquals(root.resolve("versions/iris/3/files"), fetched.folder());
        assertTrue(fetched.isOf(version(3)));
        assertTrue(cache.fetch(registry, version(3)).isOf(version(3)));
        assertEquals(List.of(), server.downloaded());

        CachedVersion elsewhere = new ArtifactCache(home.resolve("other")).fetch(registry, version(3));
        assertEquals(elsewhere.identity(), fetched.identity(), "the same on every worker");

        // It is neither deleted nor taken from the earlier release, also when it is live no more.
        goLive(version(4));
        cache.fetch(registry, version(5));
        ArtifactCache.open(root, new CacheLimits(1, 1));
        assertEquals(fetched, new ArtifactCache(root).fetch(registry, version(3)));
        earlier.seal(IRIS, "3");
        assertEquals(Optional.of("3"), cache.lastGood(IRIS).map(CachedVersion::version));
    }

    @Test
    void whatTheEarlierReleaseMayStillBeLoadingIsNotDeleted() throws Exception {
        Instant downloaded = Instant.parse("2026-01-01T00:00:00Z");
        earlier.goLive(IRIS, "3", FILES);
        Path folder = root.resolve("versions/iris/3");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(downloaded));
            }
        }
        // Not noted yet: it goes live once it is loaded.
        Files.delete(root.resolve("live").resolve(IRIS.toString()));
        trimAt(downloaded.plus(Duration.ofMinutes(59)));
        assertTrue(Files.exists(folder));
        trimAt(downloaded.plus(Duration.ofMinutes(61)));
        assertFalse(Files.exists(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"other model", "other size", "file missing", "file more", "no id", "damaged"})
    void whatIsNotTheVersionIsDownloaded(String difference) throws Exception {
        Map<String, String> files = new HashMap<>(FILES);
        switch (difference) {
            case "other model" -> files.put("MLmodel", MODEL_UUID.replace('0', 'f'));
            case "other size" -> files.put("model.onnx", "other weights");
            case "file missing" -> files.remove("model.onnx");
            case "file more" -> files.put("labels.txt", "setosa");
            case "no id" -> files.put("MLmodel", "flavors: {}\n");
            default -> {}
        }
        earlier.goLive(IRIS, "3", files);
        if (difference.equals("damaged")) {
            Files.writeString(root.resolve("versions/iris/3/files/model.onnx"), "WEIGHTS");
        }
        CachedVersion fetched = goLive(version(3));
        assertTrue(fetched.isOf(version(3)));
        assertEquals("weights", Files.readString(fetched.folder().resolve("model.onnx")));
        assertEquals(MODEL_UUID, Files.readString(fetched.folder().resolve("MLmodel")));
        assertEquals(Optional.of(fetched), cache.lastGood(IRIS));
    }

    @Test
    void aFileWithoutAnIdIsNoProofEvenWhenItIsTheSame() throws Exception {
        Map<String, String> files = Map.of("MLmodel", "flavors: {}\n", "model.onnx", "weights");
        try (VersionServer nameless = new VersionServer(files);
                MlflowRegistry of = nameless.registry()) {
            earlier.goLive(IRIS, "3", files);
            CachedVersion fetched = cache.fetch(of, version(3));
            assertEquals(List.of("MLmodel", "model.onnx"), nameless.downloaded());
            assertEquals(root.resolve("versions/iris").resolve(version(3).key()).resolve("files"), fetched.folder());
        }
    }

    @Test
    void aModelMadeAnewDoesNotGetTheCopyOfTheOldOne() throws Exception {
        earlier.goLive(IRIS, "3", FILES);
        goLive(version(3));
        RegisteredVersion anew = new RegisteredVersion("iris", "3", "models:/m-2", 2_000);
        CachedVersion fetched = goLive(anew);
        assertNotEquals(root.resolve("versions/iris/3/files"), fetched.folder());
        assertEquals(Optional.of(fetched), cache.lastGood(IRIS));
    }

    @Test
    void thePreviousVersionIsAnotherOneAndNotAnotherNameOfTheSame() throws Exception {
        Path previous = root.resolve("previous").resolve(IRIS.toString());
        earlier.goLive(IRIS, "3", FILES);
        cache.rememberGood(IRIS, cache.lastGood(IRIS).orElseThrow());
        goLive(version(3));
        assertFalse(Files.exists(previous), "one copy under two names");
        goLive(new RegisteredVersion("iris", "3", version(3).source(), 2_000));
        assertFalse(Files.exists(previous), "registered again with the same files");
        goLive(version(4));
        assertTrue(Files.readString(previous).startsWith("3-"), Files.readString(previous));
    }

    @Test
    void aForgottenDeploymentHasNoNoteOfAnyRelease() throws Exception {
        earlier.goLive(IRIS, "1", FILES);
        goLive(version(2));
        goLive(version(3));
        cache.forget(IRIS);
        assertEquals(List.of(), cache.remembered());
        assertEquals(Optional.empty(), earlier.lastLive(IRIS));
        for (String notes : List.of("live", "live.2", "previous")) {
            assertEquals(List.of(), CacheFolder.entries(root.resolve(notes)));
        }
    }

    private void trimAt(Instant now) {
        ArtifactCache.open(root, new CacheLimits(1, 1), Clock.fixed(now, ZoneOffset.UTC));
    }

    private CachedVersion goLive(RegisteredVersion version) throws Exception {
        CachedVersion fetched = cache.fetch(registry, version);
        cache.rememberGood(IRIS, fetched);
        return fetched;
    }

    private static RegisteredVersion version(int number) {
        return new RegisteredVersion("iris", Integer.toString(number), "models:/m-" + number, 1_000);
    }
}
