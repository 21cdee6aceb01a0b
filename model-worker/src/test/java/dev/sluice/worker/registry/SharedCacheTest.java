package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several workers share a cache folder: what one of them uses no other takes away, and nothing is used unchecked. */
@Slow
class SharedCacheTest {
    private static final Deployment IRIS = new Deployment("iris", Deployment.CHAMPION);
    private static final CacheLimits SMALLEST = new CacheLimits(1, 1);

    @TempDir
    Path home;

    private final List<ArtifactCache> running = new ArrayList<>();
    private Path root;
    private ArtifactCache cache;
    private VersionServer server;
    private MlflowRegistry registry;
    private Runnable whenMarked = () -> {};

    @BeforeEach
    void start() throws IOException {
        root = home.resolve("cache");
        cache = worker();
        server = new VersionServer(Map.of("MLmodel", "flavors: {}\n", "model.onnx", "weights"));
        registry = server.registry();
    }

    @AfterEach
    void stop() {
        registry.close();
        server.close();
    }

    @Test
    void theVersionThatStartsFromTheCacheIsInUse() throws Exception {
        goLive(cache, 1);
        ArtifactCache restarted = worker();
        letGo(cache);
        CachedVersion starting = restarted.lastGood(IRIS).orElseThrow();
        otherWorkerMovesOn();
        assertWhole(starting);
    }

    @Test
    void whatAnotherWorkerDeletesBeforeItIsMarkedIsDownloaded() throws Exception {
        goLive(cache, 1);
        ArtifactCache slow = worker(CacheLimits.DEFAULT, markingClock());
        whenMarked = () -> move(root.resolve("versions/iris").resolve(version(1).key()), home.resolve("deleted"));
        assertWhole(slow.fetch(registry, version(1)));
    }

    @Test
    void aCopyThatReplacesADamagedOneIsInUse() throws Exception {
        CachedVersion damaged = fetch(cache, 1);
        Files.writeString(damaged.folder().resolve("model.onnx"), "WEIGHTS");
        CachedVersion replaced = fetch(cache, 1);
        otherWorkerMovesOn();
        assertWhole(replaced);
    }

    @Test
    void aCopyThatAnotherWorkerHasReplacedIsInUse() throws Exception {
        CachedVersion damaged = fetch(cache, 1);
        Files.writeString(damaged.folder().resolve("model.onnx"), "WEIGHTS");
        ArtifactCache other = worker();
        fetch(other, 1);
        letGo(other);
        CachedVersion replaced = fetch(cache, 1);
        otherWorkerMovesOn();
        assertWhole(replaced);
    }

    @Test
    void aVersionThatTwoWorkersUseStaysWhenOneOfThemIsKilled() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeldVersion.class.getName(),
                        root.toString(),
                        server.url(),
                        version(1).version(),
                        version(1).source())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertTrue(other.inputReader().lines().anyMatch(version(1).key()::equals), "the other worker ended");
            CachedVersion used = fetch(worker(), 1);
            other.destroyForcibly().waitFor();
            otherWorkerMovesOn();
            assertWhole(used);
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aVersionThatNobodyUsesIsDeleted() throws Exception {
        CachedVersion used = fetch(cache, 1);
        letGo(cache);
        otherWorkerMovesOn();
        assertFalse(Files.exists(used.folder()));
        assertEquals(0, CacheFolder.entries(root.resolve("downloads")).size());
    }

    @Test
    void theCopyOfAFasterWorkerIsChecked() throws Exception {
        Path place = root.resolve("versions/iris").resolve(version(1).key());
        server.duringTheNextDownload(() -> otherWorkerWrites(place, "WEIGHTS"));
        CachedVersion fetched = fetch(cache, 1);
        assertEquals(place.resolve("files"), fetched.folder());
        assertWhole(fetched);
    }

    @Test
    void theWholeCopyOfAFasterWorkerIsUsed() throws Exception {
        ArtifactCache faster = worker();
        server.duringTheNextDownload(() -> {
            try {
                Files.writeString(fetch(faster, 1).folder().resolveSibling("theirs"), "");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        CachedVersion fetched = fetch(cache, 1);
        assertWhole(fetched);
        assertTrue(Files.exists(fetched.folder().resolveSibling("theirs")), "it was replaced");
    }

    @Test
    void whatHasReplacedADamagedCopyMeanwhileIsNotRemoved() throws Exception {
        CachedVersion damaged = fetch(cache, 1);
        Path folder = damaged.folder().resolveSibling("");
        UsedFolders used = new UsedFolders(new CacheLayout(root), Clock.systemUTC());
        UsedFolders.Place seen = used.use(folder).orElseThrow();
        move(folder, home.resolve("damaged"));
        CachedVersion fresh = fetch(worker(), 1);
        used.remove(seen);
        assertWhole(fresh);
        used.remove(used.use(folder).orElseThrow());
        assertFalse(Files.exists(folder));
    }

    @Test
    void nothingIsDeletedWhileAnotherWorkerMarksAVersionAsUsed() throws Exception {
        CachedVersion unused = fetch(cache, 1);
        letGo(cache);
        FutureTask<Boolean> trim = new FutureTask<>(() -> ArtifactCache.open(root, SMALLEST), true);
        Thread trimming = new Thread(trim, "trim");
        try (CacheLock.Held _ = new CacheLock(new CacheLayout(root).lock()).take()) {
            trimming.start();
            while (trimming.getState() != Thread.State.TIMED_WAITING) {
                assertFalse(trim.isDone(), "it does not wait");
                Thread.onSpinWait();
            }
            assertWhole(unused);
        }
        trim.get();
        assertFalse(Files.exists(unused.folder()));
    }

    @Test
    void aLinkInPlaceOfTheUseMarkIsNotFollowed() throws Exception {
        CachedVersion fetched = fetch(cache, 1);
        letGo(cache);
        Path outside = home.resolve("outside");
        Files.delete(fetched.folder().resolveSibling(".in-use"));
        Files.createSymbolicLink(fetched.folder().resolveSibling(".in-use"), outside);
        assertWhole(fetch(worker(), 1));
        assertFalse(Files.exists(outside));
    }

    @Test
    void aCacheWhoseLockCannotBeTakenIsServedFrom() throws Exception {
        goLive(cache, 1);
        // As on a disk that may only be read.
        Files.deleteIfExists(root.resolve("cache.lock"));
        Files.createDirectories(root.resolve("cache.lock/not a file"));
        ArtifactCache next = worker();
        assertWhole(next.lastGood(IRIS).orElseThrow());
        assertWhole(next.fetch(registry, version(1)));
    }

    private ArtifactCache worker() {
        return worker(CacheLimits.DEFAULT, Clock.systemUTC());
    }

    /** Runs until the test ends, and holds until then what it uses. */
    private ArtifactCache worker(CacheLimits limits, Clock clock) {
        ArtifactCache worker = new ArtifactCache(root, limits, clock);
        running.add(worker);
        return worker;
    }

    private void goLive(ArtifactCache worker, int version) throws Exception {
        worker.rememberGood(IRIS, fetch(worker, version));
    }

    private CachedVersion fetch(ArtifactCache worker, int version) throws Exception {
        return worker.fetch(registry, version(version));
    }

    /** It has fetched two other versions since. */
    private void letGo(ArtifactCache worker) throws Exception {
        fetch(worker, 8);
        fetch(worker, 9);
    }

    /** To other versions, and deletes all that it may. */
    private void otherWorkerMovesOn() throws Exception {
        ArtifactCache other = worker(SMALLEST, Clock.systemUTC());
        goLive(other, 6);
        goLive(other, 7);
    }

    private static void otherWorkerWrites(Path place, String weights) {
        try {
            Path files = Files.createDirectories(place.resolve("files"));
            Files.writeString(files.resolve("model.onnx"), "weights");
            Files.writeString(place.resolve("SHA256SUMS"), Manifest.of(files).text());
            Files.writeString(files.resolve("model.onnx"), weights);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertWhole(CachedVersion version) throws Exception {
        assertEquals(version.digest(), Manifest.of(version.folder()).digest());
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Is read when a version is marked as used. */
    private Clock markingClock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                Runnable happening = whenMarked;
                whenMarked = () -> {};
                happening.run();
                return Instant.EPOCH;
            }
        };
    }

    private static RegisteredVersion version(int number) {
        return new RegisteredVersion("iris", Integer.toString(number), "models:/m-" + number, 1_000);
    }
}
