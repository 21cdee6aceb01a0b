package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.JobId;
import dev.sluice.model.Deployment;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.QueueView;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Work stands in Redis, not in a process: workers and APIs come and go, and every accepted job is answered once. */
@ExtendWith(RunningSluice.Shared.class)
class QueueOutlivesProcessesTest {
    private static final Deployment IMAGENET = Deployment.parse("imagenet@champion");
    private static final String IRIS_PATH = "/v1/models/iris/predict";
    private static final String IMAGENET_PATH = "/v1/models/imagenet/predict";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningSluice sluice;
    private QueueView queue;

    QueueOutlivesProcessesTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @BeforeEach
    void connect() throws Exception {
        queue = new QueueView(sluice.redisUrl());
    }

    /** Whatever a test has stopped runs again for the next one, also when it failed. */
    @AfterEach
    void startWhatIsMissing() {
        queue.close();
        sluice.sluice("up");
    }

    @Test
    void anAsynchronousJobWaitsReadablyForAWorkerAndIsAnsweredByTheNext() throws Exception {
        sluice.sluice("stop", "worker-1");
        sluice.sluice("stop", "worker-2");
        Answer accepted = sluice.api(1).postJson(IRIS_PATH, Rows.SETOSA, "Prefer", "respond-async");
        assertEquals(202, accepted.status(), accepted.text());
        JobId id = JobId.parse(accepted.body().path("job_id").asText()).orElseThrow();
        Response record = queue.job(id);
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
            Eventually.eventually(
                    victim + " serves imagenet",
                    LIMIT,
                    () -> !queue.incarnations(IMAGENET, pid).isEmpty());
            long reclaimedBefore = queue.counter(IMAGENET, "total.reclaimed");
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(sluice.api(1 + i % 2)
                        .postAsync(IMAGENET_PATH, "image/jpeg", flower, "X-Sluice-Deadline-Ms", "50000"));
            }
            Eventually.eventually("a batch is in flight at " + victim, LIMIT, () -> isStoppedWithABatch(pid));
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            int right = 0;
            for (CompletableFuture<Answer> answer : answers) {
                Answer given = SluiceClient.await(answer);
                assertEquals(200, given.status(), given.text());
                assertEquals("daisy", given.prediction(0).path("label").asText());
                right++;
            }
            long reclaimed = queue.counter(IMAGENET, "total.reclaimed") - reclaimedBefore;
            System.out.printf(
                    "kill -9 %s, round %d: 100 in flight, %d right, %d reclaimed%n", victim, round, right, reclaimed);
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
        assertEquals(
                "cancelled",
                queue.job(JobId.parse(id).orElseThrow()).get("state").toString());
    }

    /** Stops the worker where it holds a batch: between a look and a kill it could otherwise commit it. */
    private boolean isStoppedWithABatch(long pid) throws Exception {
        if (queue.heldBy(IMAGENET, pid) == 0) {
            return false;
        }
        signal("STOP", pid);
        if (queue.heldBy(IMAGENET, pid) > 0) {
            return true;
        }
        signal("CONT", pid);
        return false;
    }

    private static void signal(String signal, long pid) throws Exception {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
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
}
