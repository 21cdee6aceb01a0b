package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.chaos.Integration;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.FaultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** MLflow on Postgres and an S3 store, the worker fetching straight from the store: the registry of a real platform. */
@BesideOthers
@Integration
class StoresTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        assumeTrue(
                Files.isExecutable(RunningSluice.PROJECT.resolve(".tools/versitygw")),
                "there is no versitygw: `make integration` builds it where there is a Go");
        sluice = new RunningSluice(Map.of("SLUICE_STORES", "1", "SLUICE_MODELS", "iris", "SLUICE_MONITOR", "0"));
    }

    @AfterAll
    static void stop() throws IOException {
        if (sluice != null) {
            sluice.close();
        }
    }

    @Test
    void recordsAreInPostgresAndArtifactsInTheBucket() throws Exception {
        String mlflow = sluice.jdbcUrl().replaceFirst("/postgres$", "/mlflow");
        try (Connection connection = DriverManager.getConnection(mlflow, "sluice", sluice.databasePassword());
                Statement statement = connection.createStatement();
                ResultSet models = statement.executeQuery("select count(*) from registered_models")) {
            assertTrue(models.next());
            assertTrue(models.getInt(1) > 1, "MLflow's records are there");
        }
        try (Stream<Path> objects = Files.walk(sluice.home().resolve("s3/data/mlflow"))) {
            assertTrue(objects.anyMatch(object -> object.endsWith("MLmodel")), "and its artifacts");
        }
        assertFalse(Files.exists(sluice.home().resolve("mlflow/mlflow.db")), "and nothing in SQLite");
    }

    @Test
    void nothingHasADefaultPassword() throws IOException {
        for (String secret : new String[] {"postgres/password", "s3/access-key", "s3/secret-key"}) {
            Path file = sluice.home().resolve(secret);
            assertEquals(32, Files.readString(file).length(), secret);
            assertEquals(
                    "rw-------",
                    java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                    secret);
        }
    }

    /** R21 on these stores: straight from the store, through MLflow's proxy, and with both of them away from the cache. */
    @Test
    void aWorkerServesStraightFromTheStoreThroughTheProxyAndFromItsCache() throws Exception {
        sluice.sluice("stop", "worker-1");
        forgetTheCache();
        // MLflow knows where the version lies; the worker fetches it without MLflow.
        sluice.sluice("start", "worker-1");
        String straight = served();
        assertTrue(workerLog().contains("from s3://mlflow"), "it says where it fetches versions");

        sluice.sluice("stop", "worker-1");
        forgetTheCache();
        sluice.sluiceWith(Map.of("SLUICE_ARTIFACTS", ""), "start", "worker-1");
        assertEquals(straight, served());

        sluice.sluice("stop", "mlflow");
        sluice.sluice("stop", "s3");
        sluice.sluice("restart", "worker-1");
        String cached = served();
        new FaultTable("PATH")
                .add(
                        "R21 MLflow and the S3 store stopped, the only worker restarted",
                        true,
                        "both down",
                        0,
                        "200 by version " + cached,
                        "the last good version, from the cache",
                        cached.equals(straight));
        sluice.sluice("start", "s3");
        sluice.sluice("start", "mlflow");
    }

    private static String served() throws Exception {
        Answer[] last = new Answer[1];
        Eventually.eventually("iris is served", LIMIT, () -> {
            last[0] = sluice.api(1).postJson("/v1/models/iris/predict", Rows.SETOSA);
            return last[0].status() == 200;
        });
        return last[0].body().path("version").asText();
    }

    private static void forgetTheCache() throws IOException {
        RunningSluice.delete(sluice.home().resolve("cache"));
        Files.createDirectory(sluice.home().resolve("cache"));
    }

    private static String workerLog() throws IOException {
        return Files.readString(sluice.home().resolve("logs/worker-1.log"));
    }
}
