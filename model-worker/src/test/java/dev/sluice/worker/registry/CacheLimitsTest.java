package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import dev.sluice.worker.models.LogLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache stays within its limits, keeps what is live, cleans up after workers that were killed, and tells its own disk's faults. */
@Slow
class CacheLimitsTest {
    private static final Deployment CHAMPION = new Deployment("iris", Deployment.CHAMPION);
    private static final Deployment CHALLENGER = new Deployment("iris", "challenger");
    private static final String CONTENT = "x".repeat(1_000);
    private static final String MODEL_ID = "models:/m-1";
    /** With the checksum of one file, and the model's id. */
    private static final long VERSION_BYTES = 1_000L + 64 + 2 + "MLmodel".length() + 1 + MODEL_ID.length();

    @TempDir
    Path home;

    private final List<ArtifactCache> running = new ArrayList<>();
    private HttpServer server;
    private MlflowRegistry registry;
    private Path root;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void start() throws IOException {
        root = home.resolve("cache");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/api/2.0/mlflow/model-versions/get-download-uri", "{\"artifact_uri\": \"mlflow-artifacts:/1/m\"}");
        answer(
                "/api/2.0/mlflow-artifacts/artifacts",
                "{\"files\": [{\"path\": \"MLmodel\", \"is_dir\": false, \"file_size\": 1000}]}");
        answer("/api/2.0/mlflow-artifacts/artifacts/1/m/MLmodel", CONTENT);
        server.start();
        registry = new MlflowRegistry(
                MlflowServer.at("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        registry.close();
        server.stop(0);
    }

    @Test
    void anAliasThroughThirtyVersionsLeavesAsManyAsMayStay() throws Exception {
        ArtifactCache cache = open(new CacheLimits(Long.MAX_VALUE, 3));
        for (int version = 1; version <= 30; version++) {
            goLive(cache, CHAMPION, version);
        }
        assertEquals(List.of("28", "29", "30"), versions());
    }

    @Test
    void theBytesOfAllVersionsStayWithinTheirLimit() throws Exception {
        ArtifactCache cache = open(new CacheLimits(4 * VERSION_BYTES, 1_000));
        for (int version = 1; version <= 30; version++) {
            goLive(cache, CHAMPION, version);
        }
        assertEquals(List.of("27", "28", "29", "30"), versions());
        assertTrue(CacheFolder.bytes(root.resolve("versions")) <= 4 * VERSION_BYTES);
    }

    @Test
    void theLiveAndThePreviousVersionOfEachDeploymentStay() throws Exception {
        ArtifactCache cache = open(new CacheLimits(1, 1));
        goLive(cache, CHAMPION, 1);
        goLive(cache, CHAMPION, 2);
        goLive(cache, CHALLENGER, 3);
        goLive(cache, CHALLENGER, 4);
        for (int version = 10; version < 20; version++) {
            fetch(cache, version);
        }
        assertTrue(
                versions().containsAll(List.of("1", "2", "3", "4")), versions().toString());
        // Nobody holds what this worker fetched last once it has ended.
        ArtifactCache next = open(new CacheLimits(1, 1));
        assertEquals(Optional.of("2"), next.lastGood(CHAMPION).map(CachedVersion::version));
        assertEquals(Optional.of("4"), next.lastGood(CHALLENGER).map(CachedVersion::version));
    }

    @Test
    void aForgottenDeploymentDoesNotStartFromTheCacheAndItsVersionsStayOnlyWithinTheLimits() throws Exception {
        ArtifactCache cache = open(CacheLimits.DEFAULT);
        goLive(cache, CHAMPION, 1);
        goLive(cache, CHAMPION, 2);
        goLive(cache, CHALLENGER, 3);
        // Holds none of them: as after a restart.
        ArtifactCache next = open(new CacheLimits(1, 1));
        fetch(cache, 4);
        fetch(cache, 5);
        next.forget(CHAMPION);
        assertEquals(List.of(CHALLENGER), next.remembered());
        assertEquals(Optional.empty(), next.lastGood(CHAMPION));
        assertEquals(Optional.of("3"), next.lastGood(CHALLENGER).map(CachedVersion::version));
        assertEquals(List.of("3", "4", "5"), versions());
        next.forget(CHAMPION);
    }

    @Test
    void aNoteThatCannotBeDeletedIsLoggedAndTheOthersAreDeleted() throws Exception {
        ArtifactCache cache = open(CacheLimits.DEFAULT);
        goLive(cache, CHAMPION, 1);
        goLive(cache, CHAMPION, 2);
        Path note = root.resolve("live.2").resolve(CHAMPION.toString());
        Files.delete(note);
        Files.createDirectories(note.resolve("not empty"));
        try (LogLines log = new LogLines()) {
            cache.forget(CHAMPION);
            assertEquals(1, log.with("iris@champion: its note stays in the cache"));
        }
        for (String others : List.of("live", "previous")) {
            assertFalse(
                    Files.exists(root.resolve(others).resolve(CHAMPION.toString())), "the note stayed in " + others);
        }
    }

    @Test
    void theLiveVersionIsRememberedWhenTheOneBeforeItIsDamaged() throws Exception {
        ArtifactCache cache = open(CacheLimits.DEFAULT);
        CachedVersion damaged = fetch(cache, 1);
        cache.rememberGood(CHAMPION, damaged);
        Files.delete(damaged.folder().resolveSibling("SHA256SUMS"));
        goLive(cache, CHAMPION, 2);
        assertEquals(Optional.of("2"), cache.lastGood(CHAMPION).map(CachedVersion::version));
    }

    @Test
    void aVersionThatIsUsedAgainStaysLongerThanOneThatIsNot() throws Exception {
        ArtifactCache cache = open(new CacheLimits(Long.MAX_VALUE, 4));
        for (int version = 1; version <= 4; version++) {
            fetch(cache, version);
        }
        fetch(cache, 1);
        fetch(cache, 5);
        fetch(cache, 6);
        assertTrue(versions().contains("1"), versions().toString());
        assertFalse(versions().contains("2"), versions().toString());
    }

    @Test
    void whatAKilledWorkerHasLeftIsDeletedAndWhatARunningOneDownloadsIsNot() throws Exception {
        Path downloads = root.resolve("downloads");
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeldDownload.class.getName(),
                        downloads.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            Path download = Path.of(worker.inputReader().readLine());
            open(CacheLimits.DEFAULT);
            assertTrue(Files.exists(download.resolve("half")), "a running download was deleted");
            worker.destroyForcibly().waitFor();
            open(CacheLimits.DEFAULT);
            assertEquals(List.of(), CacheFolder.entries(downloads));
        } finally {
            worker.destroyForcibly();
        }
    }

    @Test
    void whatAnEarlierReleaseHasLeftIsDeletedOnceNothingChangesThereAnyMore() throws Exception {
        Path leftover = Files.createDirectories(root.resolve("downloads/iris-1-123/files"));
        Path half = Files.writeString(leftover.resolve("half"), "of a file");
        for (Path path : List.of(half, leftover, leftover.getParent())) {
            Files.setLastModifiedTime(path, FileTime.from(now));
        }
        now = now.plus(Duration.ofMinutes(59));
        open(CacheLimits.DEFAULT);
        assertTrue(Files.exists(half));
        now = now.plus(Duration.ofMinutes(2));
        open(CacheLimits.DEFAULT);
        assertEquals(List.of(), CacheFolder.entries(root.resolve("downloads")));
    }

    @Test
    void strayFilesDoNoHarm() throws Exception {
        ArtifactCache cache = open(new CacheLimits(Long.MAX_VALUE, 2));
        goLive(cache, CHAMPION, 1);
        for (String stray : List.of(
                "live/README",
                "live/.nfs000",
                "live/a b@c",
                "live/iris@x@y",
                "versions/README",
                "versions/iris/README",
                "downloads/README",
                "previous/@")) {
            Files.createDirectories(root.resolve(stray).getParent());
            Files.writeString(root.resolve(stray), "stray");
        }
        Files.createDirectories(root.resolve("live/folder@champion"));
        Files.writeString(root.resolve("live/up@champion"), "../../../etc");
        Files.write(root.resolve("live/long@champion"), new byte[5_000]);
        ArtifactCache next = open(new CacheLimits(Long.MAX_VALUE, 2));
        assertEquals(List.of(CHAMPION), next.remembered());
        assertEquals(Optional.empty(), next.lastGood(new Deployment("up", Deployment.CHAMPION)));
        for (int version = 2; version <= 5; version++) {
            goLive(next, CHAMPION, version);
        }
        // The first worker runs still, and has fetched version 1 last.
        assertEquals(List.of("1", "4", "5"), versions());
    }

    @Test
    void aVersionThatDoesNotFitOnTheDiskNamesItsBytesAndTheFreeOnes() throws Exception {
        CacheSpace space = EmptyCache.at(root);
        long needed = Long.MAX_VALUE / 2;
        CacheFullException full = assertThrows(CacheFullException.class, () -> space.makeRoom(home, needed));
        String reason = CacheFault.reason(full);
        assertTrue(
                reason.matches(
                        "the worker's disk is full \\(the version needs %d bytes, \\d+ are free\\): free space in the folder of --cache, .*"
                                .formatted(needed)),
                reason);
    }

    @Test
    void aStoreThatTellsNoSizesLeavesThemOutOfTheReason() {
        assertEquals(
                "the worker's disk is full (12 bytes are free): free space in the folder of --cache, or point it to a larger disk",
                CacheFault.reason(new CacheFullException(0, 12)));
    }

    @Test
    void aDiskThatIsFullIsNoFaultOfTheRegistry() {
        IOException full = assertThrows(IOException.class, () -> Files.write(Path.of("/dev/full"), new byte[1]));
        RegistryUnavailableException seen = new RegistryUnavailableException(
                new RegistryFault.Failing("the download breaks off"), new IOException("wrapped", full));
        assertEquals(Optional.of(full), CacheFault.among(seen));
        assertTrue(CacheFault.reason(full).startsWith("the worker's disk is full: "));
        assertEquals(
                "the folder of --cache cannot be written: give the worker's user the right to write there",
                CacheFault.reason(new AccessDeniedException("/var/lib/sluice")));
        assertEquals(Optional.empty(), CacheFault.among(new IOException("connection reset")));
    }

    @Test
    void aCacheThatCannotBeWrittenIsNoFaultOfTheRegistry() throws Exception {
        Files.writeString(root, "a file where the folder should be");
        ArtifactCache cache = open(CacheLimits.DEFAULT);
        RegistryUnavailableException failure = assertThrows(RegistryUnavailableException.class, () -> fetch(cache, 1));
        assertTrue(failure.fault() instanceof RegistryFault.CacheFailing, failure.toString());
        assertTrue(String.valueOf(failure.getMessage()).contains("--cache"), failure.getMessage());
    }

    private void goLive(ArtifactCache cache, Deployment deployment, int version) throws Exception {
        cache.rememberGood(deployment, fetch(cache, version));
    }

    private CachedVersion fetch(ArtifactCache cache, int version) throws Exception {
        now = now.plusSeconds(1);
        return cache.fetch(registry, new RegisteredVersion("iris", Integer.toString(version), MODEL_ID, 1));
    }

    /** Runs until the test ends, and holds until then what it uses. */
    private ArtifactCache open(CacheLimits limits) {
        ArtifactCache worker = ArtifactCache.open(root, limits, clock());
        running.add(worker);
        return worker;
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    private List<String> versions() throws IOException {
        try (Stream<Path> folders = Files.list(root.resolve("versions/iris"))) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString().replaceFirst("-.*", ""))
                    .sorted()
                    .toList();
        }
    }

    private void answer(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
