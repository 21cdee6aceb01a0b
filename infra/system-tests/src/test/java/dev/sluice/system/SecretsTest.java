package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No process shows a password, whole or in pieces: not in its output at the most talkative level, health bodies, answers, metrics, nor on
 * the deployment board; whether its address is wrong, its server away, its password refused, or all is well.
 */
@ExtendWith(RunningSluice.Shared.class)
class SecretsTest {
    private static final String SECRET = "Qw7xKp@Zr9mTb/Hn4vLs#Jc8dFy%Gk2wRq?Vb6nXe:Mt3pZu+Lx5cSa";
    private static final List<String> PIECES = List.of(SECRET.split("[^A-Za-z0-9]"));
    private static final String ENCODED = encoded(SECRET);
    /** Of a server that has another password. */
    private static final String REFUSED = encoded(SECRET + PIECES.getFirst());

    private static final String NOBODY = "127.0.0.1:1";
    private static final Map<String, String> FORMS = Map.of(
            "SLUICE_REDIS", "redis://sluice:%s@%s",
            "SLUICE_MLFLOW", "http://sluice:%s@%s",
            "SLUICE_S3_ENDPOINT", "http://sluice:%s@%s",
            "SLUICE_DATABASE", "postgresql://secrets:%s@%s/secrets",
            "SLUICE_PROMETHEUS", "http://sluice:%s@%s",
            "SLUICE_RETRAIN_ADDRESS", "http://sluice:%s@%s/api");
    private static final Map<String, List<String>> ADDRESSES = Map.of(
            "api-frontend", List.of("SLUICE_REDIS"),
            "model-worker", List.of("SLUICE_REDIS", "SLUICE_MLFLOW", "SLUICE_S3_ENDPOINT"),
            "monitor", List.of("SLUICE_REDIS", "SLUICE_DATABASE", "SLUICE_PROMETHEUS", "SLUICE_RETRAIN_ADDRESS"));

    @TempDir
    Path folder;

    private final RunningSluice sluice;

    SecretsTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-frontend", "model-worker", "monitor"})
    void anUnencodedPasswordStopsTheStartWithAHint(String module) throws Exception {
        Map<String, String> environment = new HashMap<>();
        ADDRESSES
                .get(module)
                .forEach(name -> environment.put(name, FORMS.get(name).formatted(SECRET, NOBODY)));
        try (ChildProcess process = ChildProcess.java(sluice, module, environment, folder)) {
            assertEquals(2, process.awaitEnd(), process.output());
            for (String name : ADDRESSES.get(module)) {
                String option = "--"
                        + name.substring("SLUICE_".length())
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace('_', '-');
                assertTrue(process.output().contains(option + ": "), process.output());
            }
            assertTrue(process.output().contains("percent-encode"), process.output());
            assertShowsNothing(process.output());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-frontend", "model-worker", "monitor"})
    void theHelpShowsNothingOfTheEnvironment(String module) throws Exception {
        Map<String, String> environment = new HashMap<>();
        ADDRESSES
                .get(module)
                .forEach(name -> environment.put(name, FORMS.get(name).formatted(ENCODED, NOBODY)));
        try (ChildProcess process = ChildProcess.java(sluice, module, environment, folder, "--help")) {
            assertEquals(0, process.awaitEnd(), process.output());
            assertShowsNothing(process.output());
        }
    }

    @Test
    void theCommandLineShowsNothingOfTheAddressesThatItIsGiven() throws Exception {
        Path home = folder.resolve("home");
        for (String password : List.of(SECRET, ENCODED)) {
            Map<String, String> environment = Map.of(
                    "SLUICE_HOME", home.toString(),
                    "SLUICE_DATABASE", FORMS.get("SLUICE_DATABASE").formatted(password, NOBODY),
                    "SLUICE_MLFLOW_DATABASE", FORMS.get("SLUICE_DATABASE").formatted(password, NOBODY),
                    "SLUICE_S3_ENDPOINT", FORMS.get("SLUICE_S3_ENDPOINT").formatted(password, NOBODY),
                    "SLUICE_PROMETHEUS", FORMS.get("SLUICE_PROMETHEUS").formatted(password, NOBODY),
                    // Nothing is to start, also where the addresses are well formed.
                    "REDIS_PORT", "none");
            String command = RunningSluice.PROJECT.resolve("infra/bin/sluice").toString();
            try (ChildProcess up = ChildProcess.of(List.of(command, "up"), environment, folder)) {
                assertEquals(1, up.awaitEnd(), up.output());
                assertShowsNothing(up.output());
                assertEquals(
                        password.equals(SECRET) ? 4 : 0,
                        up.output()
                                .lines()
                                .filter(line -> line.contains("percent-encode"))
                                .count(),
                        up.output());
            }
        }
        String status = sluice.sluice("status");
        assertTrue(status.contains("monitor"), status);
        assertTrue(!status.contains(sluice.databasePassword().strip()), "the password of Postgres");
    }

    /** Redis and Postgres refuse the password; everything else is away. */
    @Test
    void nothingIsShownWhileServersRefuseOrAreAway() throws Exception {
        try (RealRedis redis = RealRedis.start();
                Board board = new Board(redis)) {
            String database = databaseWithRole();
            Map<String, String> environment = Map.of(
                    "SLUICE_REDIS", FORMS.get("SLUICE_REDIS").formatted(REFUSED, "127.0.0.1:" + redis.port()),
                    "SLUICE_MLFLOW", FORMS.get("SLUICE_MLFLOW").formatted(ENCODED, NOBODY),
                    "SLUICE_DATABASE", FORMS.get("SLUICE_DATABASE").formatted(REFUSED, database),
                    "SLUICE_PROMETHEUS", FORMS.get("SLUICE_PROMETHEUS").formatted(ENCODED, NOBODY),
                    "SLUICE_RETRAIN_ADDRESS",
                            FORMS.get("SLUICE_RETRAIN_ADDRESS").formatted(ENCODED, NOBODY));
            observe("api-frontend", environment, "Redis", 503, List.of("/health/live", "/metrics"));
            observe("model-worker", environment, "(?i)mlflow|registry", 503, List.of("/health/live", "/metrics"));
            observe(
                    "monitor",
                    environment,
                    "Postgres",
                    503,
                    List.of(
                            "/health/live",
                            "/metrics",
                            "/v1/drift",
                            "/v1/retrainings",
                            "/dashboards/serving/panels/1"));
            assertShowsNothing(board.content());
        }
    }

    @Test
    void nothingIsShownByWhatWorks() throws Exception {
        try (RealRedis redis = RealRedis.start();
                Board board = new Board(redis)) {
            String database = databaseWithRole();
            // MLflow stands for a server that answers with something else.
            String other = sluice.mlflowUrl().replace("http://", "");
            Map<String, String> environment = Map.of(
                    "SLUICE_REDIS", FORMS.get("SLUICE_REDIS").formatted(ENCODED, "127.0.0.1:" + redis.port()),
                    "SLUICE_MLFLOW", FORMS.get("SLUICE_MLFLOW").formatted(ENCODED, other),
                    "SLUICE_DATABASE", FORMS.get("SLUICE_DATABASE").formatted(ENCODED, database),
                    "SLUICE_PROMETHEUS", FORMS.get("SLUICE_PROMETHEUS").formatted(ENCODED, other),
                    "SLUICE_RETRAIN_BY", "prefect",
                    "SLUICE_RETRAIN_ADDRESS",
                            FORMS.get("SLUICE_RETRAIN_ADDRESS").formatted(ENCODED, other),
                    "SLUICE_HOOK_TOKEN", ENCODED);
            observe("model-worker", environment, "Live", 200, List.of("/health/live", "/metrics"));
            observe("api-frontend", environment, "iris@champion", 200, List.of("/health/live", "/metrics"));
            observe(
                    "monitor",
                    environment,
                    "connected to Redis",
                    200,
                    List.of(
                            "/health/live",
                            "/metrics",
                            "/v1/drift",
                            "/v1/retrainings",
                            "/dashboards/serving/panels/1"));
            String content = board.content();
            assertTrue(content.contains("iris"), "the board was written");
            assertShowsNothing(content);
        }
    }

    /** Starts it, asks its management port, ends it, and searches everything that it has shown. */
    private void observe(String module, Map<String, String> settings, String told, int ready, List<String> paths)
            throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.putAll(Map.of(
                "SLUICE_LOG_LEVEL", "DEBUG",
                "SLUICE_PORT", "0",
                "SLUICE_MANAGEMENT_PORT", "0",
                "SLUICE_MONITOR_PORT", "0",
                "SLUICE_MODELS", "iris",
                "SLUICE_CACHE", folder.resolve("cache").toString()));
        try (ChildProcess process = ChildProcess.java(sluice, module, environment, folder)) {
            String port =
                    process.awaitOutput(module.equals("monitor") ? ":(\\d+): /metrics" : "management on port (\\d+)");
            SluiceClient management = new SluiceClient("http://127.0.0.1:" + port);
            process.awaitOutput(told);
            Eventually.eventually(
                    module + " answers " + ready,
                    Duration.ofSeconds(60),
                    () -> management.get("/health/ready").status() == ready);
            StringBuilder shown =
                    new StringBuilder(management.get("/health/ready").text());
            for (String path : paths) {
                shown.append(management.get(path).text());
            }
            if (module.equals("monitor")) {
                shown.append(management
                        .postJson("/hooks/alertmanager", ALERT, "Authorization", "Bearer " + ENCODED)
                        .text());
            }
            process.terminate();
            System.out.println(module + ":\n" + process.output() + shown);
            assertShowsNothing(process.output() + shown);
        }
    }

    private static final String ALERT = """
            {"version": "4", "alerts": [{"status": "firing", "fingerprint": "one",
             "labels": {"alertname": "ModelInputDrift", "model": "iris", "response": "retrain"}}]}
            """;

    private static void assertShowsNothing(String text) {
        List<String> searched = new ArrayList<>(PIECES);
        searched.add(
                java.util.Base64.getEncoder().encodeToString(("sluice:" + SECRET).getBytes(StandardCharsets.UTF_8)));
        for (String piece : searched) {
            int at = text.indexOf(piece);
            assertEquals(
                    -1,
                    at,
                    () -> "a piece of the password is shown: "
                            + text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100)));
        }
    }

    /** A database whose role has the awkward password. @return host and port */
    private String databaseWithRole() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        sluice.jdbcUrl(), "sluice", sluice.databasePassword().strip());
                Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists secrets with (force)");
            statement.execute("drop role if exists secrets");
            statement.execute("create role secrets login password '" + SECRET + "'");
            statement.execute("create database secrets owner secrets");
        }
        return sluice.jdbcUrl().replaceFirst(".*//([^/]*)/.*", "$1");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What the processes have written into a Redis whose user {@code sluice} has the awkward password. */
    private static final class Board implements AutoCloseable {
        private final Vertx vertx = Vertx.vertx();
        private final RedisLink link;

        Board(RealRedis redis) {
            link = RedisLink.open(vertx, redis.url(), "secrets-test", Duration.ofSeconds(5));
            Futures.await(link.connected());
            send(Request.cmd(Command.ACL)
                    .arg("SETUSER")
                    .arg("sluice")
                    .arg("on")
                    .arg(">" + SECRET)
                    .arg("~*")
                    .arg("&*")
                    .arg("+@all"));
            send(Request.cmd(Command.CONFIG).arg("SET").arg("rdbcompression").arg("no"));
        }

        String content() {
            StringBuilder content = new StringBuilder();
            for (Response key : send(Request.cmd(Command.KEYS).arg("*"))) {
                content.append(key).append(' ');
                content.append(
                        send(Request.cmd(Command.DUMP).arg(key.toString())).toString(StandardCharsets.ISO_8859_1));
            }
            return content.toString();
        }

        private Response send(Request request) {
            return Futures.await(link.send(request));
        }

        @Override
        public void close() {
            Futures.await(vertx.close());
        }
    }
}
