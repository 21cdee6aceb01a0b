package dev.sluice.monitor.retraining;

import static dev.sluice.chaos.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.settings.Address;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Prefect and Airflow are asked, and what each of their answers means. The real ones run in {@code make demo-loop} and {@code make
 * flow-test}; here a server gives the answers that they give only when something is wrong.
 */
class RestTrainersTest {
    private record Answer(int status, String body) {}

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Answer> answers = new HashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Trainer prefect;
    private Trainer airflow;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        prefect = new PrefectTrainer(vertx, Address.parse(address + "/api"), "retrain/nightly");
        airflow = new AirflowTrainer(vertx, Address.parse(address), "retrain", "sluice", "secret");
        answers.put("POST /auth/token", new Answer(201, "{\"access_token\": \"token\"}"));
    }

    @AfterEach
    void stop() {
        await(vertx.close());
        server.stop(0);
    }

    @Test
    void prefectIsAskedForARunOfTheDeploymentWithTheModel() {
        answers.put("GET /api/deployments/name/retrain/nightly", new Answer(200, "{\"id\": \"d-1\"}"));
        answers.put("POST /api/deployments/d-1/create_flow_run", new Answer(201, "{\"id\": \"r-1\"}"));
        assertEquals("r-1", await(prefect.start("loan")));
        assertEquals(
                "POST /api/deployments/d-1/create_flow_run {\"parameters\":{\"model\":\"loan\"}}", asked.getLast());
    }

    @Test
    void airflowIsAskedForARunOfTheDagWithTheModel() {
        answers.put("POST /api/v2/dags/retrain/dagRuns", new Answer(200, "{\"dag_run_id\": \"r-1\"}"));
        assertEquals("r-1", await(airflow.start("loan")));
        assertEquals(
                List.of(
                        "POST /auth/token {\"username\":\"sluice\",\"password\":\"secret\"}",
                        "POST /api/v2/dags/retrain/dagRuns Bearer token {\"logical_date\":null,\"conf\":{\"model\":\"loan\"}}"),
                asked);
    }

    @ParameterizedTest
    @CsvSource({
        "SCHEDULED, runs",
        "PENDING, runs",
        "RUNNING, runs",
        "PAUSED, runs",
        "CANCELLING, runs",
        "COMPLETED, succeeded",
        "FAILED, failed",
        "CRASHED, failed",
        "CANCELLED, failed"
    })
    void aStateOfPrefect(String state, String meaning) {
        answers.put("GET /api/flow_runs/r-1", new Answer(200, "{\"state_type\": \"%s\"}".formatted(state)));
        assertMeans(meaning, state, await(prefect.ending("r-1")));
    }

    @ParameterizedTest
    @CsvSource({"queued, runs", "running, runs", "success, succeeded", "failed, failed"})
    void aStateOfAirflow(String state, String meaning) {
        answers.put("GET /api/v2/dags/retrain/dagRuns/r-1", new Answer(200, "{\"state\": \"%s\"}".formatted(state)));
        assertMeans(meaning, state, await(airflow.ending("r-1")));
    }

    /** Otherwise its model would never be retrained again. */
    @Test
    void aRunThatWasDeletedThereHasFailed() {
        assertMeans("failed", "was deleted", await(prefect.ending("r-1")));
        assertMeans("failed", "was deleted", await(airflow.ending("r-1")));
    }

    @ParameterizedTest
    @CsvSource({"500", "503", "401"})
    void aServerInTroubleIsAskedAgain(int status) {
        answers.put("GET /api/flow_runs/r-1", new Answer(status, "trouble"));
        answers.put("GET /api/v2/dags/retrain/dagRuns/r-1", new Answer(status, "trouble"));
        for (Trainer trainer : List.of(prefect, airflow)) {
            var failure = assertThrows(IllegalStateException.class, () -> await(trainer.ending("r-1")));
            assertTrue(String.valueOf(failure).contains("answered %d (trouble)".formatted(status)), failure::toString);
        }
    }

    @Test
    void aRefusedLoginToAirflowStartsAndEndsNothing() {
        answers.put("POST /auth/token", new Answer(401, "{\"detail\": \"Invalid credentials\"}"));
        for (var attempt : List.of(airflow.start("loan"), airflow.ending("r-1"))) {
            var failure = assertThrows(IllegalStateException.class, () -> await(attempt));
            assertTrue(String.valueOf(failure).contains("/auth/token answered 401"), failure::toString);
        }
        assertTrue(asked.stream().allMatch(request -> request.startsWith("POST /auth/token")), asked::toString);
    }

    private static void assertMeans(String meaning, String detail, Optional<Trainer.Ending> ending) {
        String shown =
                ending.map(end -> end.succeeded() ? "succeeded" : "failed").orElse("runs");
        assertEquals(meaning, shown);
        ending.ifPresent(end -> assertTrue(end.detail().contains(detail), end.detail()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add((request + (authorization == null ? " " : " " + authorization + " ") + body).strip());
        Answer answer = answers.getOrDefault(request, new Answer(404, "{\"detail\": \"not found\"}"));
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
