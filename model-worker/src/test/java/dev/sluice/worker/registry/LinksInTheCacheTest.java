package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.model.Deployment;
import dev.sluice.worker.models.LogLines;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is read, written or deleted through a link that somebody has put into the cache: the version is downloaded again. */
class LinksInTheCacheTest {
    private static final RegisteredVersion IRIS_1 = new RegisteredVersion("iris", "1", "models:/m-1", 1);

    private static final Deployment IRIS = new Deployment("iris", Deployment.CHAMPION);
    private static final String CONTENT = "model";

    @TempDir
    Path home;

    private HttpServer server;
    private MlflowRegistry registry;
    private ArtifactCache cache;
    private Path outside;

    @BeforeEach
    void fetchOnce() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/api/2.0/mlflow/model-versions/get-download-uri", "{\"artifact_uri\": \"mlflow-artifacts:/1/m\"}");
        answer(
                "/api/2.0/mlflow-artifacts/artifacts",
                "{\"files\": [{\"path\": \"MLmodel\", \"is_dir\": false, \"file_size\": 5}]}");
        answer("/api/2.0/mlflow-artifacts/artifacts/1/m/MLmodel", CONTENT);
        server.start();
        registry = new MlflowRegistry(
                MlflowServer.at("http://127.0.0.1:" + server.getAddress().getPort()));
        cache = new ArtifactCache(home.resolve("cache"));
        CachedVersion first = cache.fetch(registry, IRIS_1);
        assertEquals(CONTENT, Files.readString(first.folder().resolve("MLmodel")));
        cache.rememberGood(IRIS, first);
        outside = home.resolve("outside");
    }

    @AfterEach
    void stop() {
        registry.close();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "versions/iris,                 it is a link or a file in place of a folder",
        "versions/iris/1,               it is a link or a file in place of a folder",
        "versions/iris/1/files,         the version's folder is missing or a link",
        "versions/iris/1/files/MLmodel, its file 'MLmodel' is a symbolic link",
        "versions/iris/1/SHA256SUMS,    SHA256SUMS is missing or no list of checksums"
    })
    void aLinkIsReplacedAndWhatItLeadsToStays(String name, String fault) throws Exception {
        Path place = home.resolve("cache").resolve(name.replace("iris/1", "iris/" + IRIS_1.key()));
        Files.move(place, outside);
        Files.createSymbolicLink(place, outside);
        requireFetchedAgain(fault);
        assertTrue(Files.exists(outside), "what the link led to was deleted");
    }

    @Test
    void aHardLinkIsReplaced() throws Exception {
        Files.createLink(outside, version().resolve("files/MLmodel"));
        requireFetchedAgain("its file 'MLmodel' is a hard link");
        assertEquals(CONTENT, Files.readString(outside));
    }

    @ParameterizedTest
    @CsvSource({
        "'',            MLmodel was added",
        "'no manifest', SHA256SUMS has a line that is not a checksum and a name",
        "/etc/passwd,   SHA256SUMS has a line that is not a checksum and a name"
    })
    void aManifestThatIsNoneIsReplaced(String line, String fault) throws Exception {
        Files.writeString(version().resolve("SHA256SUMS"), line);
        requireFetchedAgain(fault);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aManifestWithTheRightChecksumOfAFileOutsideIsReplaced(boolean isAbsolute) throws Exception {
        Files.writeString(outside, CONTENT);
        String name = (isAbsolute ? outside : version().resolve("files").relativize(outside)).toString();
        SortedMap<String, String> sums =
                new TreeMap<>(CacheLayout.sums(version()).sums());
        sums.put(name, sums.get("MLmodel"));
        Files.writeString(version().resolve("SHA256SUMS"), new Manifest(sums).text());
        requireFetchedAgain(name + " is missing");
    }

    private Path version() {
        return home.resolve("cache/versions/iris").resolve(IRIS_1.key());
    }

    /** @param fault that the log gives: several checks stand one behind the other, and this names the one that refuses the copy */
    private void requireFetchedAgain(String fault) throws Exception {
        try (LogLines log = new LogLines()) {
            assertEquals(Optional.empty(), cache.lastGood(IRIS));
            assertEquals(1, log.with("removing its damaged copy from the cache (" + fault), fault);
        }
        Path folder = cache.fetch(registry, IRIS_1).folder();
        assertEquals(CONTENT, Files.readString(folder.resolve("MLmodel")));
        for (Path step = folder.resolve("MLmodel"); !step.equals(home); step = step.getParent()) {
            assertTrue(Files.exists(step, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(step), step.toString());
        }
        assertTrue(cache.lastGood(IRIS).isPresent());
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
