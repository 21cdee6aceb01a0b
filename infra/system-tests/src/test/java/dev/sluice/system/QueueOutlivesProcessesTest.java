package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.RedisLink;
import dev.sluice.system.SluiceClient.Answer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Work stands in Redis, not in a process: workers and APIs come and go, and every accepted job is answered once. */
@ExtendWith(RunningSluice.Shared.class)
class QueueOutlivesProcessesTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");
    private static final String IRIS_PATH = "/v1/models/iris/predict";
    private static final String IMAGENET_PATH = "/v1/models/imagenet/predict";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningSluice sluice;
    private Vertx vertx;
    private RedisLink redis;

    QueueOutlivesProcessesTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @BeforeEach
    void connect() throws Exception {
        vertx = Vertx.vertx();
        redis = RedisLink.open(vertx, sluice.redisUrl(), "system-test", Duration.ofSeconds(5));
        redis.connected().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Whatever a test has stopped runs again for the next one, also when it failed. */
    @AfterEach
    void startWhatIsMissing() {
        vertx.close();
        sluice.sluice("up");
    }

    @Test
    void anAsynchronousJobWaitsReadablyForAWorkerAndIsAnsweredByTheNext() throws Exception {
        sluice.sluice("stop", "worker-1");
        sluice.sluice("stop", "worker-2");
        Answer accepted = sluice.api(1).postJson(IRIS_PATH, Rows.SETOSA, "Prefer", "respond-async");
        assertEquals(202, accepted.status(), accepted.text());
        JobId id = JobId.parse(accepted.body().path("job_id").asText()).orElseThrow();
        Response record = command(Request.cmd(Command.HGETALL).arg(QueueKeys.prefix(IRIS) + "job:" + id.queued()));
        System.out.println("redis-cli HGETALL of a waiting job:");
        record.getKeys().forEach(field -> System.out.println("  " + field + ": " + record.get(field)));
        assertEquals("waiting", record.get("state").toString());
        assertTrue(record.get("payload").toString().contains("\"sepal_length\""), "its columns can be read");
        Answer job = sluice.api(2).get("/v1/jobs/" + id);
        assertEquals("waiting", job.body().path("state").asText(), job.text());
        sluice.sluice("start", "worker-1");
        sluice.sluice("start", "worker-2");
        Answer done = sluice.api(2).get("/v1/jobs/" + id, "Prefer", "wait=30");
        assertEquals("done", done.body().path("state").asText(), done.text());
        assertTrue(done.text().contains("setosa"), done.text());
    }

    @Test
    void aRestartOfAnApiLosesNoAcceptedAsynchronousJob() throws Exception {
        sluice.sluice("stop", "worker-1");
        sluice.sluice("stop", "worker-2");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Answer accepted = sluice.api(1).postJson(IRIS_PATH, Rows.VIRGINICA, "Prefer", "respond-async");
            assertEquals(202, accepted.status(), accepted.text());
            ids.add(accepted.body().path("job_id").asText());
        }
        sluice.sluice("restart", "api-1");
        sluice.sluice("start", "worker-1");
        sluice.sluice("start", "worker-2");
        for (String id : ids) {
            Answer done = sluice.api(1).get("/v1/jobs/" + id, "Prefer", "wait=30");
            assertTrue(done.text().contains("virginica"), done.text());
        }
        System.out.println("API restarted: " + ids.size() + " of 50 accepted jobs answered");
    }

    @Test
    void twoApisAndTwoWorkersShareTheWork() throws Exception {
        Map<String, Double> before = itemsByWorker();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        byte[] flower = SluiceClient.read(RunningSluice.sample("flower.jpg"));
        for (int i = 0; i < 200; i++) {
            answers.add(sluice.api(1 + i % 2)
                    .postAsync(IMAGENET_PATH, "image/jpeg", flower, "X-Sluice-Deadline-Ms", "50000"));
        }
        for (CompletableFuture<Answer> answer : answers) {
            assertEquals(
                    "daisy",
                    SluiceClient.await(answer).prediction(0).path("label").asText());
        }
        Map<String, Double> share = new TreeMap<>();
        itemsByWorker().forEach((worker, items) -> share.put(worker, items - before.getOrDefault(worker, 0.0)));
        System.out.println("200 pictures through two APIs, by worker: " + share);
        share.forEach((worker, items) -> assertTrue(items >= 20, worker + " did its share: " + share));
    }

    @Test
    void aWorkerKilledMidBatchCostsNoAnswer() throws Exception {
        byte[] flower = SluiceClient.read(RunningSluice.sample("flower.jpg"));
        for (int round = 1; round <= 5; round++) {
            String victim = "worker-" + (1 + round % 2);
            long pid = sluice.pid(victim);
            double reclaimedBefore = counter("imagenet@champion", "total.reclaimed");
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(sluice.api(1 + i % 2)
                        .postAsync(IMAGENET_PATH, "image/jpeg", flower, "X-Sluice-Deadline-Ms", "50000"));
            }
            Eventually.eventually("a batch is in flight at " + victim, LIMIT, () -> heldBy(pid) > 0);
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            int right = 0;
            for (CompletableFuture<Answer> answer : answers) {
                Answer given = SluiceClient.await(answer);
                assertEquals(200, given.status(), given.text());
                assertEquals("daisy", given.prediction(0).path("label").asText());
                right++;
            }
            double reclaimed = counter("imagenet@champion", "total.reclaimed") - reclaimedBefore;
            System.out.printf(
                    "kill -9 %s, round %d: 100 in flight, %d right, %.0f reclaimed%n", victim, round, right, reclaimed);
            assertTrue(reclaimed > 0, "the kill met a batch");
            sluice.sluice("start", victim);
        }
    }

    @Test
    void aCancelledJobStaysCancelled() throws Exception {
        sluice.sluice("stop", "worker-1");
        sluice.sluice("stop", "worker-2");
        Answer accepted = sluice.api(1).postJson(IRIS_PATH, Rows.SETOSA, "Prefer", "respond-async");
        String id = accepted.body().path("job_id").asText();
        assertEquals(200, sluice.api(2).delete("/v1/jobs/" + id).status());
        sluice.sluice("start", "worker-1");
        sluice.sluice("start", "worker-2");
        JobIntake intake = new JobIntake(redis, QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(1));
        JobState state = intake.find(JobId.parse(id).orElseThrow())
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS)
                .orElseThrow()
                .state();
        assertEquals(JobState.CANCELLED, state);
    }

    /** Items of imagenet that each worker process has answered. */
    private Map<String, Double> itemsByWorker() {
        Map<String, Double> items = new TreeMap<>();
        for (String worker : List.of("worker-1", "worker-2")) {
            double done = new SluiceClient(sluice.management(worker))
                    .get("/metrics")
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("sluice_items_total") && line.contains("imagenet"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
            items.put(worker, done);
        }
        return items;
    }

    /** Jobs that the worker process with this id holds at this moment. */
    private long heldBy(long pid) throws Exception {
        String prefix = QueueKeys.prefix(Deployment.parse("imagenet@champion"));
        Response workers = command(Request.cmd(Command.HGETALL).arg(prefix + "workers"));
        long held = 0;
        for (String incarnation : workers.getKeys()) {
            if (workers.get(incarnation).toString().contains("\"pid\":" + pid + ",")) {
                held += command(Request.cmd(Command.SCARD).arg(prefix + "held:" + incarnation))
                        .toLong();
            }
        }
        return held;
    }

    private double counter(String deployment, String name) throws Exception {
        Response value = command(Request.cmd(Command.HGET)
                .arg(QueueKeys.prefix(Deployment.parse(deployment)) + "counters")
                .arg(name));
        return value == null ? 0 : value.toDouble();
    }

    private Response command(Request request) throws Exception {
        return redis.send(request).toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
}
