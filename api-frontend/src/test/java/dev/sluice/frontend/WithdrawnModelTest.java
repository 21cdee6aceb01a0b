package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.redis.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients and people see of a model that the workers have withdrawn. */
@Slow
class WithdrawnModelTest {
    private static final String MODEL = "/v1/models/iris";
    private static final String ROWS = MODEL + "/predict";
    private static final WithdrawnVersion WITHDRAWN = new WithdrawnVersion("7", "7-0123456789ab", 0, "host/1");

    private final LiveVersion version = SampleDeployments.rows(SampleDeployments.irisSignature(), 10_000);
    private RealRedis redis;
    private RunningFrontend frontend;
    private Caller management;
    private RedisProbe probe;
    private DeploymentBoard board;

    @BeforeEach
    void start() {
        redis = RealRedis.start();
        probe = new RedisProbe(redis);
        board = new DeploymentBoard(probe.link());
        Futures.await(board.writeLive(SampleDeployments.IRIS, version));
        frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("iris");
        management = frontend.managementCaller();
    }

    @AfterEach
    void stop() {
        management.close();
        frontend.close();
        probe.close();
        redis.close();
    }

    @Test
    void everyRequestIsRefusedWithTheRemedyUntilTheAliasIsSetAgain() {
        withdraw();
        JsonObject model = frontend.caller().get(MODEL).json();
        assertEquals(0, model.getInteger("workers"));
        assertEquals(
                new JsonObject()
                        .put("version", "7")
                        .put("version_id", "7-0123456789ab")
                        .put("at", "1970-01-01T00:00:00Z")
                        .put("worker", "host/1"),
                model.getJsonObject("withdrawn"));
        assertFalse(model.containsKey("version"), model.encode());

        for (Answer refused : List.of(
                frontend.caller().postJson(ROWS, IRIS_ROW),
                frontend.caller().postJson(ROWS, IRIS_ROW, "Prefer", "respond-async"),
                frontend.caller().postJson(ROWS, "no JSON"))) {
            assertEquals(404, refused.status());
            assertTrue(refused.json().getString("type").endsWith("model-withdrawn"), refused.text());
            assertEquals(
                    "iris@champion was withdrawn at 1970-01-01T00:00:00Z, version 7 was its last: set the alias 'champion'"
                            + " on a version in MLflow to serve it again, or use another model",
                    refused.json().getString("detail"));
        }
        assertEquals(
                List.of(),
                frontend.caller()
                        .get("/v1/models/nobody")
                        .json()
                        .getJsonArray("models")
                        .getList(),
                "it is not offered in place of an unknown one");

        Futures.await(board.writeLive(SampleDeployments.IRIS, version));
        awaitState("live");
        assertEquals(202, accept().status());
        assertFalse(frontend.caller().get(MODEL).json().containsKey("withdrawn"));
    }

    @Test
    void whatWaitsBecomesADeadLetterThatCanBeSentAgain() {
        String job = accept().json().getString("job_id");
        withdraw();
        RunningFrontend.until("it is a dead letter", () -> stateOf(job).equals("dead"));
        assertEquals(
                "the model was withdrawn: set its alias 'champion' again, then send the dead letter again",
                frontend.caller()
                        .get("/v1/jobs/" + job)
                        .json()
                        .getJsonObject("error")
                        .getString("reason"));
        Answer tooEarly = management.postJson("/dead-letters/" + job + "/resend", "");
        assertEquals(404, tooEarly.status());
        assertTrue(tooEarly.json().getString("type").endsWith("model-withdrawn"), tooEarly.text());
        Futures.await(board.writeLive(SampleDeployments.IRIS, version));
        awaitState("live");
        assertEquals(
                202, management.postJson("/dead-letters/" + job + "/resend", "").status());
    }

    @Test
    void whatLostRecordsHaveLeftInTheCountersDoesNotHoldUpItsWorkers() {
        probe.command("HSET", "sluice:{iris@champion}:counters", "open.jobs", "3");
        withdraw();
        probe.awaitOpenJobs(0);
    }

    @Test
    void itsSeriesGoOnceNothingIsLeftOfIt() {
        String job = accept().json().getString("job_id");
        RunningFrontend.until("its gauges are there", () -> gauges() > 0);
        withdraw();
        RunningFrontend.until("it is a dead letter", () -> stateOf(job).equals("dead"));
        assertTrue(gauges() > 0, "its dead letter is still shown");
        management.delete("/dead-letters/" + job);
        RunningFrontend.until("they are gone", () -> gauges() == 0);
    }

    private void withdraw() {
        Futures.await(board.withdraw(SampleDeployments.IRIS, WITHDRAWN));
        awaitState("withdrawn");
    }

    private Answer accept() {
        Answer accepted = frontend.caller().postJson(ROWS, IRIS_ROW, "Prefer", "respond-async");
        assertEquals(202, accepted.status(), accepted.text());
        return accepted;
    }

    private String stateOf(String job) {
        return frontend.caller().get("/v1/jobs/" + job).json().getString("state");
    }

    private void awaitState(String state) {
        RunningFrontend.until(
                "it is " + state,
                () -> frontend.caller().get(MODEL).json().getString("state").equals(state));
    }

    private long gauges() {
        return management
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.contains("model=\"iris\""))
                .count();
    }
}
