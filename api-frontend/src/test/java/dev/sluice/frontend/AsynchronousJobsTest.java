package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.RealRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that are fetched, waited for, cancelled, repeated, or come too late. */
@Slow
class AsynchronousJobsTest {
    private static final String ROWS = "/v1/models/iris/predict";
    private static final String[] ASYNC = {"Prefer", "respond-async"};

    private RealRedis redis;
    private RunningFrontend frontend;
    private PlainWorker worker;
    private RedisProbe probe;

    @BeforeEach
    void start() {
        redis = RealRedis.start();
        probe = new RedisProbe(redis);
        worker = PlainWorker.servingIris(redis);
        frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("iris");
    }

    @AfterEach
    void stop() {
        frontend.close();
        worker.close();
        probe.close();
        redis.close();
    }

    @Test
    void anAsynchronousJobIsAcceptedAtOnceAndFetchedLater() {
        Answer accepted = frontend.caller().postJson(ROWS, IRIS_ROW, ASYNC);
        assertEquals(202, accepted.status());
        String job = accepted.header("Location");
        assertEquals(job, accepted.json().getString("status_url"));

        JsonObject waiting = frontend.caller().get(job).json();
        assertEquals("waiting", waiting.getString("state"));
        assertEquals("bulk", waiting.getString("lane"));

        TakenJob taken = worker.takeOne();
        assertEquals("running", frontend.caller().get(job).json().getString("state"));

        worker.done(taken, PlainWorker.echo(taken));
        JsonObject done = frontend.caller().get(job).json();
        assertEquals("done", done.getString("state"));
        assertEquals(
                5.1,
                done.getJsonObject("result")
                        .getJsonArray("predictions")
                        .getJsonObject(0)
                        .getDouble("value"));
        JsonObject timeline = done.getJsonObject("timeline");
        assertFalse(
                Instant.parse(timeline.getString("finished")).isBefore(Instant.parse(timeline.getString("started"))));
        assertFalse(
                Instant.parse(timeline.getString("started")).isBefore(Instant.parse(timeline.getString("accepted"))));
    }

    @Test
    void aLongPollAnswersWhenTheJobEnds() {
        String job = frontend.caller().postJson(ROWS, IRIS_ROW, ASYNC).header("Location");
        Instant began = Instant.now();
        CompletableFuture<Answer> poll =
                CompletableFuture.supplyAsync(() -> frontend.caller().get(job, "Prefer", "wait=30"));
        TakenJob taken = worker.takeOne();
        worker.done(taken, PlainWorker.echo(taken));

        assertEquals("done", poll.join().json().getString("state"));
        assertTrue(
                Duration.between(began, Instant.now()).compareTo(Duration.ofSeconds(29)) < 0,
                "before its wait ran out");
    }

    @Test
    void aLongPollThatRunsOutShowsTheStateAsItIs() {
        String job = frontend.caller().postJson(ROWS, IRIS_ROW, ASYNC).header("Location");
        Instant began = Instant.now();
        assertEquals(
                "waiting", frontend.caller().get(job, "Prefer", "wait=1").json().getString("state"));
        assertTrue(Duration.between(began, Instant.now()).compareTo(Duration.ofMillis(900)) > 0);
    }

    @Test
    void aWaitingJobCanBeCancelledAndARunningOneCannot() {
        String first = frontend.caller().postJson(ROWS, IRIS_ROW, ASYNC).header("Location");
        Answer cancelled = frontend.caller().delete(first);
        assertEquals(200, cancelled.status());
        assertEquals("cancelled", cancelled.json().getString("state"));
        assertEquals(
                "urn:sluice:problem:job-cancelled",
                cancelled.json().getJsonObject("error").getString("type"));

        String second = frontend.caller().postJson(ROWS, IRIS_ROW, ASYNC).header("Location");
        TakenJob taken = worker.takeOne();
        assertTrue(second.endsWith(taken.id()));
        Answer refused = frontend.caller().delete(second);
        assertEquals(409, refused.status());
        assertEquals("running", refused.json().getString("state"));
        worker.done(taken, PlainWorker.echo(taken));
        assertEquals(409, frontend.caller().delete(second).status());
    }

    @Test
    void whoeverWaitsForAJobThatIsCancelledIsToldSo() {
        CompletableFuture<Answer> waiting = frontend.caller().postJsonLater(ROWS, IRIS_ROW);
        frontend.caller().delete("/v1/jobs/" + awaitWaitingJob());
        assertEquals(409, waiting.join().status());
        assertEquals("job-cancelled", waiting.join().problem());
    }

    @Test
    void theSameKeyAndContentAreOneJobWhateverTheOrderOfTheColumns() {
        String[] key = {"Idempotency-Key", "order-17", "Prefer", "respond-async"};
        String reordered = "{\"petal_width\": 0.2, \"petal_length\": 1.4, \"sepal_width\": 3.5, \"sepal_length\": 5.1}";
        String first = frontend.caller().postJson(ROWS, IRIS_ROW, key).header("Location");
        String second = frontend.caller().postJson(ROWS, reordered, key).header("Location");
        assertEquals(first, second);

        Answer conflict = frontend.caller().postJson(ROWS, IRIS_ROW.replace("5.1", "6"), key);
        assertEquals(422, conflict.status());
        assertEquals("idempotency-key-conflict", conflict.problem());

        Answer other = frontend.caller()
                .postJson(ROWS, IRIS_ROW, "Authorization", "Bearer other", key[0], key[1], key[2], key[3]);
        assertNotEquals(first, other.header("Location"));
    }

    @Test
    void aRepeatedRequestWaitsForTheFirstOnesAnswer() {
        String[] key = {"Idempotency-Key", "once"};
        CompletableFuture<Answer> first = frontend.caller().postJsonLater(ROWS, IRIS_ROW, key);
        TakenJob taken = worker.takeOne();
        CompletableFuture<Answer> second = frontend.caller().postJsonLater(ROWS, IRIS_ROW, key);
        worker.done(taken, PlainWorker.echo(taken));

        assertEquals(5.1, first.join().firstValue());
        assertEquals(5.1, second.join().firstValue());
        assertEquals(first.join().header("X-Sluice-Job-Id"), second.join().header("X-Sluice-Job-Id"));
        assertEquals(5.1, frontend.caller().postJson(ROWS, IRIS_ROW, key).firstValue(), "long after it was done");
    }

    @Test
    void aDeadlineThatPassesIsAnsweredInTimeWithTheJobsId() {
        Instant began = Instant.now();
        Answer late = frontend.caller().postJson(ROWS, IRIS_ROW, "X-Sluice-Deadline-Ms", "300");
        assertEquals(504, late.status());
        assertEquals("deadline-passed", late.problem());
        assertTrue(
                Duration.between(began, Instant.now()).compareTo(Duration.ofSeconds(8)) < 0,
                "its own deadline, not the ten seconds of --deadline");
        String job = "/v1/jobs/" + late.json().getString("job_id");

        // By Redis's clock it ends later, by the time that the job took to get there.
        JsonObject timeline = frontend.caller().get(job).json().getJsonObject("timeline");
        Instant deadline = Instant.parse(timeline.getString("deadline"));
        RunningFrontend.until(
                "the deadline has passed in Redis", () -> Instant.now().isAfter(deadline));
        assertFalse(worker.finds(10), "what is late is not run");
        assertEquals("expired", frontend.caller().get(job).json().getString("state"));
    }

    @Test
    void whatNobodyTakesExpiresWithoutAWorker() {
        String job = frontend.caller()
                .postJson(ROWS, IRIS_ROW, "Prefer", "respond-async", "X-Sluice-Deadline-Ms", "200")
                .header("Location");
        assertEquals(
                "expired",
                frontend.caller().get(job, "Prefer", "wait=10").json().getString("state"));
    }

    @Test
    void aClientThatHangsUpTakesItsWaitingJobAlong() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), frontend.port())) {
            socket.getOutputStream()
                    .write(("POST " + ROWS
                                    + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                    + IRIS_ROW.length() + "\r\n\r\n" + IRIS_ROW)
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            probe.awaitOpenJobs(1);
        }
        probe.awaitOpenJobs(0);
        assertFalse(worker.finds(10));
    }

    @Test
    void bulkWorkGivesWayToInteractive() {
        frontend.caller().postJson(ROWS, IRIS_ROW.replace("5.1", "1"), ASYNC);
        frontend.caller()
                .postJson(ROWS, IRIS_ROW.replace("5.1", "2"), ASYNC[0], ASYNC[1], "X-Sluice-Lane", "interactive");
        assertEquals(2, PlainWorker.firstColumn(worker.takeOne())[0]);
    }

    @Test
    void aWholeSeriesOfFailedRowsIsTheModelsFault() {
        CompletableFuture<Answer> waiting = frontend.caller().postJsonLater(ROWS, IRIS_ROW.replace("5.1", "-1"));
        TakenJob taken = worker.takeOne();
        worker.done(taken, PlainWorker.echoOfThePositive(taken));
        assertEquals(500, waiting.join().status());
        assertEquals("inference-failed", waiting.join().problem());
        JsonObject job = frontend.caller()
                .get("/v1/jobs/" + waiting.join().json().getString("job_id"))
                .json();
        assertEquals("failed", job.getString("state"));
        assertEquals(
                List.of("detail", "item", "kind"),
                job.getJsonObject("error").getJsonArray("errors").getJsonObject(0).fieldNames().stream()
                        .sorted()
                        .toList());
    }

    private String awaitWaitingJob() {
        probe.awaitOpenJobs(1);
        return probe.command("LINDEX", "sluice:{iris@champion}:lane:interactive", "0");
    }
}
