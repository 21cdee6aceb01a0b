package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TcpProxy;
import dev.sluice.chaos.TestPorts;
import dev.sluice.model.Deployment;
import dev.sluice.worker.models.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Slow
class MlflowRegistryTest {
    private static final TransferLimit SHORT = new TransferLimit(Duration.ofSeconds(3));

    @TempDir
    static Path server;

    private static RealMlflow mlflow;

    @TempDir
    Path folder;

    private final CacheSpace space = EmptyCache.at(Path.of("nowhere"));

    @BeforeAll
    static void startMlflow() throws Exception {
        mlflow = RealMlflow.start(server);
    }

    @AfterAll
    static void stopMlflow() throws Exception {
        mlflow.stop();
    }

    @Test
    void tellsEveryAliasAndFetchesTheFilesOfAVersion() throws Exception {
        String version = mlflow.register("told", ModelFolder.summing("a"));
        mlflow.pointAlias("told", "champion", version);
        mlflow.pointAlias("told", "challenger", version);
        try (MlflowRegistry registry = new MlflowRegistry(MlflowServer.at(mlflow.url()))) {
            assertEquals(
                    version,
                    registry.aliases().get(new Deployment("told", "champion")).version());
            assertEquals(
                    version,
                    registry.aliases().get(new Deployment("told", "challenger")).version());
            registry.filesOf("told", version).downloadInto(folder, space);
            try (var files = Files.list(folder)) {
                assertEquals(
                        Set.of("MLmodel", "model.onnx", "input_example.json"),
                        files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
            }
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() throws Exception {
        try (MlflowRegistry registry = new MlflowRegistry(MlflowServer.at("http://127.0.0.1:" + TestPorts.take()))) {
            assertThrows(RegistryUnavailableException.class, registry::aliases);
        }
    }

    @Test
    void aServerThatFallsSilentIsUnavailableAfterAWhile() throws Exception {
        try (FlakyNetwork network = FlakyNetwork.before(mlflow);
                MlflowRegistry registry =
                        new MlflowRegistry(MlflowServer.at(network.url()), Optional.empty(), SHORT.answer())) {
            network.become(FlakyNetwork.Mood.SILENT);
            assertThrows(RegistryUnavailableException.class, registry::aliases);
            MlflowArtifacts artifacts = new MlflowArtifacts(http(network.url()), SHORT);
            assertThrows(RegistryUnavailableException.class, () -> artifacts.list("any", 10));
        }
    }

    @Test
    void aConnectionThatFallsSilentIsUsedOnceMoreAndClosed() throws Exception {
        try (TcpProxy network = new TcpProxy(mlflow.port());
                MlflowRegistry registry = new MlflowRegistry(
                        MlflowServer.at("http://127.0.0.1:" + network.port()), Optional.empty(), SHORT.answer())) {
            for (int round = 0; round < 3; round++) {
                registry.aliases();
                network.silence();
                assertThrows(RegistryUnavailableException.class, registry::aliases);
            }
            registry.aliases();
            network.awaitAtMost(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BREAKS_OFF", "STALLS"})
    void aDownloadThatDoesNotEndWholeIsUnavailable(FlakyNetwork.Mood mood) throws Exception {
        String name = "padded-" + mood;
        String version = mlflow.register(name, ModelFolder.summing("a").with("notes", "x".repeat(60_000)));
        try (FlakyNetwork network = FlakyNetwork.before(mlflow);
                MlflowRegistry registry = new MlflowRegistry(MlflowServer.at(mlflow.url()))) {
            network.become(mood);
            VersionFiles files = registry.filesOf(
                    name,
                    version,
                    new ArtifactStores(
                            MlflowServer.at(network.url()),
                            new MlflowArtifacts(http(network.url()), SHORT),
                            Optional.empty()));
            assertThrows(RegistryUnavailableException.class, () -> files.downloadInto(folder, space));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../b", "/etc/passwd", "a//b", "./a", "a\\b", "", "a\nb"})
    void aNameThatLeavesItsFolderIsNotSafe(String path) {
        assertFalse(new ArtifactFile(path, 1).isSafe());
    }

    @Test
    void anOrdinaryNameIsSafe() {
        assertTrue(new ArtifactFile("extra_files/labels.txt", 1).isSafe());
    }

    private static MlflowHttp http(String url) {
        return new MlflowHttp(MlflowServer.at(url));
    }
}
