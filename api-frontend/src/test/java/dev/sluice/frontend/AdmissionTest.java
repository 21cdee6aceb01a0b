package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.redis.RealRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot be answered in time is refused at once, with the time after which it could be. */
@Slow
class AdmissionTest {
    private static final String ROWS = "/v1/models/iris/predict";

    private RealRedis redis;
    private PlainWorker worker;

    @BeforeEach
    void start() {
        redis = RealRedis.start();
        worker = PlainWorker.serving(
                redis, SampleDeployments.IRIS, SampleDeployments.rows(SampleDeployments.irisSignature(), 10));
    }

    @AfterEach
    void stop() {
        worker.close();
        redis.close();
    }

    @Test
    void theBacklogDividedByTheServedRateMustFitTheDeadline() {
        try (RunningFrontend frontend = frontend()) {
            assertEquals(
                    202,
                    fiftyRows(frontend, "Prefer", "respond-async", "X-Sluice-Lane", "interactive")
                            .status(),
                    "an hour is enough");

            Answer refused = frontend.caller().postJson(ROWS, IRIS_ROW, "X-Sluice-Deadline-Ms", "2000");
            assertEquals(429, refused.status(), "51 rows at 10 per second");
            assertEquals("too-many-requests", refused.problem());
            assertTrue(
                    refused.retryAfter() >= 7 && refused.retryAfter() <= 16,
                    "50 ahead of 1 are to be done in four sevenths of the time: 6.9 s, spread over 8.9 s");

            worker.renew(1_000);
            awaitRate(frontend, 1_000);
            assertEquals(
                    504,
                    frontend.caller()
                            .postJson(ROWS, IRIS_ROW, "X-Sluice-Deadline-Ms", "500")
                            .status(),
                    "51 rows at 1,000 per second: admitted, though nobody serves in this test");
        }
    }

    @Test
    void anEmptyQueueLetsALargeRequestThroughWhateverTheRateIsSaidToBe() {
        try (RunningFrontend frontend = frontend()) {
            worker.renew(719);
            awaitRate(frontend, 719);
            worker.serve(PlainWorker::echo);
            String rows = (IRIS_ROW + ",").repeat(9_999) + IRIS_ROW;
            for (int i = 0; i < 3; i++) {
                Answer answer = frontend.caller().postJson(ROWS, "[" + rows + "]");
                assertEquals(200, answer.status(), answer::text);
            }
        }
    }

    @Test
    void whatWasAcceptedSinceTheBoardWasReadCounts() {
        try (RunningFrontend frontend = frontend()) {
            assertEquals(
                    202,
                    fiftyRows(frontend, "Prefer", "respond-async", "X-Sluice-Lane", "interactive")
                            .status());
            assertEquals(
                    429, fiftyRows(frontend, "X-Sluice-Deadline-Ms", "8000").status());
        }
    }

    @Test
    void bulkWorkDoesNotStandInTheWayOfInteractiveWork() {
        try (RunningFrontend frontend = frontend()) {
            assertEquals(202, fiftyRows(frontend, "Prefer", "respond-async").status(), "in the bulk lane");
            Answer bulk =
                    frontend.caller().postJson(ROWS, IRIS_ROW, "X-Sluice-Deadline-Ms", "1000", "X-Sluice-Lane", "bulk");
            assertEquals(429, bulk.status(), "51 rows at 10 per second");
            Answer interactive = frontend.caller().postJson(ROWS, IRIS_ROW, "X-Sluice-Deadline-Ms", "1000");
            assertEquals(504, interactive.status(), "1 row: admitted, though nobody serves in this test");
        }
    }

    /** Its body would be refused as well, had anybody looked into it. */
    @Test
    void whatIsRefusedIsNotDecoded() {
        try (RunningFrontend frontend = frontend()) {
            fiftyRows(frontend, "Prefer", "respond-async", "X-Sluice-Lane", "interactive");
            assertEquals(
                    429,
                    frontend.caller()
                            .postJson(ROWS, "no JSON", "X-Sluice-Deadline-Ms", "1000")
                            .status());
        }
    }

    /** Nor is it waited for: a picture would be sent for nothing. */
    @Test
    void whatIsRefusedNeedNotHaveArrived() throws IOException {
        try (RunningFrontend frontend = frontend();
                RawClient client = new RawClient(frontend.port())) {
            fiftyRows(frontend, "Prefer", "respond-async", "X-Sluice-Lane", "interactive");
            client.send("POST " + ROWS + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100000\r\nX-Sluice-Deadline-Ms: 1000\r\n\r\n");
            assertEquals("HTTP/1.1 429 Too Many Requests", client.statusLine());
            // The connection is fit for another request once the body is through.
            client.send(new byte[100_000]);
            client.send("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertTrue(client.untilClosed().contains("HTTP/1.1 200 OK"));
        }
    }

    @Test
    void aBodyIsLetGoOnceTheQueueHasIt() {
        try (RunningFrontend frontend = frontend()) {
            CompletableFuture<Answer> waiting = frontend.caller().postJsonLater(ROWS, IRIS_ROW);
            frontend.awaitQueued(1);
            assertFalse(waiting.isDone());
        }
    }

    @Test
    void withoutAWorkerOnlyAsynchronousJobsAreAccepted() {
        try (RunningFrontend frontend =
                RunningFrontend.on(redis, settings -> settings.workerGrace = Duration.ofMillis(1))) {
            frontend.awaitDeployment("iris");
            RunningFrontend.until("the worker is silent", () -> silentMs(frontend) > 1);
            Answer refused = frontend.caller().postJson(ROWS, IRIS_ROW);
            assertEquals(503, refused.status());
            assertEquals("no-worker", refused.problem());
            assertTrue(refused.retryAfter() >= 5);
            assertEquals(
                    202,
                    frontend.caller()
                            .postJson(ROWS, IRIS_ROW, "Prefer", "respond-async")
                            .status());
        }
    }

    @Test
    void aProcessThatHoldsAllItMayTakesNoMore() {
        try (RunningFrontend frontend = RunningFrontend.on(redis, settings -> settings.inFlightLimit = 10)) {
            frontend.awaitDeployment("iris");
            Answer refused = frontend.caller().postJson(ROWS, IRIS_ROW);
            assertEquals(503, refused.status());
            assertEquals("overloaded", refused.problem());
        }
    }

    private RunningFrontend frontend() {
        RunningFrontend frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("iris");
        return frontend;
    }

    private static void awaitRate(RunningFrontend frontend, double rate) {
        RunningFrontend.until(
                "the served rate is known",
                () -> frontend.caller()
                                .get("/v1/models/iris")
                                .json()
                                .getJsonObject("queue")
                                .getDouble("served_per_second")
                        == rate);
    }

    private static Answer fiftyRows(RunningFrontend frontend, String... headers) {
        return frontend.caller().postJson(ROWS, "[" + (IRIS_ROW + ",").repeat(49) + IRIS_ROW + "]", headers);
    }

    private static long silentMs(RunningFrontend frontend) {
        JsonObject queue = frontend.caller().get("/v1/models/iris").json().getJsonObject("queue");
        return queue.getLong("worker_seen_ms_ago");
    }
}
