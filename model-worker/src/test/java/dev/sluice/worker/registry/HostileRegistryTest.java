package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.model.Deployment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a registry says of names and places, nothing is read or written outside the cache. */
class HostileRegistryTest {
    private static final String SEARCH = "/api/2.0/mlflow/registered-models/search";
    private static final String PLACE = "/api/2.0/mlflow/model-versions/get-download-uri";
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts";

    private final Map<String, String> answers = new ConcurrentHashMap<>();

    @TempDir
    Path home;

    private HttpServer server;
    private MlflowRegistry registry;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        registry = new MlflowRegistry(
                MlflowServer.at("http://127.0.0.1:" + server.getAddress().getPort()));
        answers.put(PLACE, "{\"artifact_uri\": \"mlflow-artifacts:/1/models/m/artifacts\"}");
    }

    @AfterEach
    void stop() {
        registry.close();
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../outside", "/tmp/outside", "..\\\\outside", "a//b", "\\u0000", ".."})
    void aFileThatWouldLieOutsideItsFolderIsNotFetched(String name) throws IOException {
        answers.put(FILES, "{\"files\": [{\"path\": \"%s\", \"is_dir\": false, \"file_size\": 5}]}".formatted(name));
        requireRefused();
    }

    @Test
    void aFolderThatWouldLieOutsideIsNotWalkedThrough() throws IOException {
        answers.put(FILES, "{\"files\": [{\"path\": \"..\", \"is_dir\": true}]}");
        requireRefused();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc",
                "/etc",
                "http://127.0.0.1:1/secrets",
                "mlflow-artifacts:/../../etc",
                "mlflow-artifacts:/1/models/../../../etc",
                "mlflow-artifacts:/",
            })
    void aVersionThatLiesElsewhereIsNotFetched(String place) throws IOException {
        answers.put(PLACE, "{\"artifact_uri\": \"%s\"}".formatted(place));
        answers.put(FILES, "{\"files\": [{\"path\": \"passwd\", \"is_dir\": false, \"file_size\": 5}]}");
        requireRefused();
    }

    @Test
    void anAliasOfWhatIsNoVersionIsLeftOut() throws Exception {
        answers.put(SEARCH, """
                {"registered_models": [
                  {"name": "../up", "aliases": [{"alias": "champion", "version": "1"}]},
                  {"name": "up", "aliases": [{"alias": "champion", "version": "../../outside"}]},
                  {"name": "empty", "aliases": [{"alias": "champion", "version": ""}]},
                  {"name": "iris", "aliases": [{"alias": "champion", "version": "3"}, {"alias": "../x", "version": "3"}]}
                ]}""");
        assertEquals(Map.of(new Deployment("iris", "champion"), new AliasTarget("3", 0, 0)), registry.aliases());
    }

    private void requireRefused() throws IOException {
        Files.writeString(home.resolve("outside"), "mine");
        ArtifactCache cache = new ArtifactCache(home.resolve("cache"));
        assertThrows(
                CorruptArtifactException.class,
                () -> cache.fetch(registry, new RegisteredVersion("iris", "1", "models:/m-1", 1)));
        try (Stream<Path> files = Files.walk(home)) {
            List<Path> found = files.filter(Files::isRegularFile).toList();
            assertEquals(List.of(home.resolve("outside")), found, "nothing was written");
        }
        assertEquals("mine", Files.readString(home.resolve("outside")));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = answers.getOrDefault(path, "owned").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
