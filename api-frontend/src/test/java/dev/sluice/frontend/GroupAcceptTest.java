package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.job.JobId;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that arrive together travel together, and each comes back to whoever sent it. */
@Slow
class GroupAcceptTest {
    private static final String ROWS = "/v1/models/iris/predict";
    private static final int CONCURRENT = 64;

    private RealRedis redis;
    private RunningFrontend frontend;
    private PlainWorker worker;

    @BeforeEach
    void start() {
        redis = RealRedis.start();
        worker = PlainWorker.servingIris(redis);
        frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("iris");
    }

    @AfterEach
    void stop() {
        frontend.close();
        worker.close();
        redis.close();
    }

    @Test
    void concurrentRowsShareJobsAndEachGetsItsOwnAnswer() {
        worker.serve(PlainWorker::echo);
        int rounds = 10;
        for (int round = 0; round < rounds; round++) {
            List<CompletableFuture<Answer>> answers = send(row -> rowOf(row));
            for (int i = 0; i < CONCURRENT; i++) {
                assertEquals(i, answers.get(i).join().firstValue());
            }
        }
        assertTrue(
                worker.jobsServed() < rounds * CONCURRENT * 3 / 4,
                worker.jobsServed() + " jobs for " + rounds * CONCURRENT + " rows");
    }

    @Test
    void aRowThatTheModelDoesNotTakeIsRefusedAndItsNeighboursAreAnswered() {
        try (PlainWorker narrow = PlainWorker.serving(
                redis, SampleDeployments.NARROW, SampleDeployments.rows(SampleDeployments.narrowSignature(), 10_000))) {
            narrow.serve(PlainWorker::echo);
            frontend.awaitDeployment("narrow");
            for (int round = 0; round < 20; round++) {
                List<CompletableFuture<Answer>> answers = new ArrayList<>();
                for (int i = 0; i < 32; i++) {
                    String row = i == round ? "{\"n\": 0.5}" : "{\"n\": 1.0}";
                    answers.add(frontend.caller().postJsonLater("/v1/models/narrow/predict", row));
                }
                for (int i = 0; i < 32; i++) {
                    Answer answer = answers.get(i).join();
                    assertEquals(i == round ? 422 : 200, answer.status(), answer.text());
                }
            }
        }
    }

    @Test
    void aMemberIsAJobToThoseWhoAskForIt() {
        worker.serve(PlainWorker::echoOfThePositive);
        List<CompletableFuture<Answer>> answers =
                send(i -> i % 2 == 0 ? rowOf(i) : "[%s,%s]".formatted(rowOf(i), rowOf(-i)));
        int members = 0;
        for (int i = 0; i < CONCURRENT; i++) {
            Answer answer = answers.get(i).join();
            assertEquals(
                    i % 2 == 0 ? 200 : 500, answer.status(), "a neighbour's failure is not mine: " + answer.text());
            JobId id = JobId.parse(answer.json().getString("job_id")).orElseThrow();
            members += id.member() == JobId.WHOLE ? 0 : 1;
            JsonObject job = frontend.caller().get("/v1/jobs/" + id).json();
            assertEquals(i % 2 == 0 ? "done" : "failed", job.getString("state"));
            assertEquals(i % 2 == 0 ? 1 : 2, job.getInteger("items"));
            if (i % 2 == 0) {
                assertEquals(answer.json(), job.getJsonObject("result"));
            }
        }
        assertTrue(members > 0, "some travelled in a group");
    }

    @Test
    void aMemberCannotCancelItsNeighbours() {
        List<CompletableFuture<Answer>> answers = send(row -> rowOf(row));
        Optional<String> group = Optional.empty();
        List<TakenJob> taken = new ArrayList<>();
        int items = 0;
        while (items < CONCURRENT) {
            for (TakenJob job : worker.take(1)) {
                taken.add(job);
                items += job.items();
                group = job.items() > 1 ? Optional.of(job.id()) : group;
            }
        }
        Answer refused = frontend.caller().delete("/v1/jobs/" + group.orElseThrow() + ".0");
        assertEquals(409, refused.status());
        assertEquals(
                404,
                frontend.caller()
                        .get("/v1/jobs/" + group.orElseThrow() + ".999")
                        .status());
        taken.forEach(job -> worker.done(job, PlainWorker.echo(job)));
        answers.forEach(answer -> assertEquals(200, answer.join().status()));
    }

    @Test
    void whenTheQueueIsFullEveryMemberIsToldWhenToComeBack() {
        try (RunningFrontend small = RunningFrontend.on(redis, settings -> settings.maxOpenItems = 1)) {
            small.awaitDeployment("iris");
            // By itself: two that came together would be one job, and too large.
            CompletableFuture<Answer> first =
                    small.caller().postJsonLater(ROWS, rowOf(0), "X-Sluice-Deadline-Ms", "2000");
            small.awaitQueued(1);
            List<CompletableFuture<Answer>> answers = new ArrayList<>(List.of(first));
            for (int i = 1; i < 16; i++) {
                answers.add(small.caller().postJsonLater(ROWS, rowOf(i), "X-Sluice-Deadline-Ms", "2000"));
            }
            long full = answers.stream()
                    .map(CompletableFuture::join)
                    .filter(answer -> answer.status() == 429)
                    .filter(answer -> answer.retryAfter() >= 1)
                    .count();
            assertEquals(15, full);
        }
    }

    private List<CompletableFuture<Answer>> send(IntFunction<String> body) {
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < CONCURRENT; i++) {
            answers.add(frontend.caller().postJsonLater(ROWS, body.apply(i)));
        }
        return answers;
    }

    private static String rowOf(int value) {
        return SampleDeployments.IRIS_ROW.replace("5.1", String.valueOf(value));
    }
}
