package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.job.JobId;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long the answer of each kind of request is stored. */
@Slow
class StoredAnswersTest {
    private static final String ROWS = "/v1/models/iris/predict";
    private static final String[] DEADLINE = {"X-Sluice-Deadline-Ms", "20000"};
    private static final long DEADLINE_AND_GRACE_MS = 80_000;
    private static final long NEARLY_THE_OUTCOME_TTL_MS = 14 * 60_000;
    private static final int CONCURRENT = 32;

    private RealRedis redis;
    private RedisProbe probe;
    private PlainWorker iris;
    private RunningFrontend frontend;

    @BeforeEach
    void start() {
        redis = RealRedis.start();
        probe = new RedisProbe(redis);
        iris = PlainWorker.servingIris(redis);
        frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("iris");
    }

    @AfterEach
    void stop() {
        frontend.close();
        iris.close();
        probe.close();
        redis.close();
    }

    @Test
    void rowsThatTheirCallersWaitForAreStoredUntilAMinuteAfterTheDeadline() {
        iris.serve(PlainWorker::echo);
        List<CompletableFuture<Answer>> answers = IntStream.range(0, CONCURRENT)
                .mapToObj(_ -> frontend.caller().postJsonLater(ROWS, IRIS_ROW, DEADLINE))
                .toList();
        Set<String> records = new TreeSet<>();
        for (CompletableFuture<Answer> answer : answers) {
            // A machine that is too busy refuses some of them, which leaves no record.
            if (!answer.join().header("X-Sluice-Job-Id").isEmpty()) {
                records.add(recordOf(answer.join()));
            }
        }
        assertFalse(records.isEmpty(), "records");
        for (String record : records) {
            assertBetween(1, timeLimit(record), DEADLINE_AND_GRACE_MS);
        }
    }

    @Test
    void aPictureThatItsCallerWaitsForIsStoredUntilAMinuteAfterTheDeadline() {
        try (PlainWorker imagenet =
                PlainWorker.serving(redis, SampleDeployments.IMAGENET, SampleDeployments.pictures())) {
            imagenet.serve(job -> Collections.nCopies(job.items(), PlainWorker.daisy()));
            frontend.awaitDeployment("imagenet");
            Answer answer = frontend.caller()
                    .post("/predict", new Multipart().file("image", "a.png", SamplePictures.png(8, 4)));
            assertEquals(200, answer.status(), answer.text());
            assertBetween(1, timeLimit(recordOf(answer)), 70_000);
        }
    }

    @Test
    void anAsynchronousAnswerAndOneWithAKeyAreStoredForTheOutcomeTtl() {
        iris.serve(PlainWorker::echo);
        Answer keyed =
                frontend.caller().postJson(ROWS, IRIS_ROW, DEADLINE[0], DEADLINE[1], "Idempotency-Key", "order-17");
        assertBetween(NEARLY_THE_OUTCOME_TTL_MS, timeLimit(recordOf(keyed)), 15 * 60_000);
        Answer accepted = frontend.caller().postJson(ROWS, IRIS_ROW, "Prefer", "respond-async");
        String job = accepted.header("Location");
        RunningFrontend.until(
                "done",
                () -> frontend.caller()
                        .get(job, "Prefer", "wait=10")
                        .json()
                        .getString("state")
                        .equals("done"));
        assertBetween(NEARLY_THE_OUTCOME_TTL_MS, timeLimit(recordOf(accepted)), 15 * 60_000);
    }

    @Test
    void after504TheResultCanBeFetchedUntilAMinuteAfterTheDeadline() {
        CompletableFuture<Answer> waiting =
                frontend.caller().postJsonLater(ROWS, IRIS_ROW, "X-Sluice-Deadline-Ms", "2000");
        TakenJob taken = iris.takeOne();
        Answer late = waiting.join();
        assertEquals(504, late.status());
        String path = "/v1/jobs/" + late.json().getString("job_id");
        assertTrue(
                late.json().getString("detail").contains("until 60 seconds after the deadline, GET " + path),
                late.text());
        assertEquals("running", frontend.caller().get(path).json().getString("state"));

        iris.done(taken, PlainWorker.echo(taken));
        JsonObject job = frontend.caller().get(path).json();
        assertEquals("done", job.getString("state"));
        assertEquals(
                5.1,
                job.getJsonObject("result")
                        .getJsonArray("predictions")
                        .getJsonObject(0)
                        .getDouble("value"));
        assertBetween(1, timeLimit(recordOf(late)), 60_000);
    }

    @Test
    void howFullRedisIsStandsInStatusAndMetrics() {
        JsonObject without = memory();
        assertEquals(0, without.getLong("limit_bytes"), "no maxmemory");
        assertTrue(without.getLong("used_bytes") > 100_000, without.encode());

        probe.command("CONFIG", "SET", "maxmemory", "200mb");
        assertEquals(200L << 20, memory().getLong("limit_bytes"));
        RunningFrontend.until("the gauge of the limit follows", () -> gauge("limit") == 200L << 20);
        assertTrue(gauge("used") > 100_000, gauge("used") + " bytes used");
    }

    private JsonObject memory() {
        return frontend.caller()
                .get("/v1/status")
                .json()
                .getJsonObject("durability")
                .getJsonObject("memory");
    }

    private double gauge(String which) {
        String name = "sluice_redis_memory_" + which + "_bytes ";
        return frontend.management("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }

    private String recordOf(Answer answer) {
        JobId id = JobId.parse(answer.header("X-Sluice-Job-Id")).orElseThrow();
        return QueueKeys.prefix(id.deployment()) + "job:" + id.queued();
    }

    private long timeLimit(String record) {
        return Long.parseLong(probe.command("PTTL", record));
    }

    private static void assertBetween(long least, long ms, long most) {
        assertTrue(least <= ms && ms <= most, "expires in " + ms + " ms, expected " + least + " to " + most);
    }
}
