package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS;
import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static dev.sluice.frontend.SampleDeployments.VERSION_ID;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobSchema;
import dev.sluice.job.Outcome;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.job.Timing;
import dev.sluice.model.OutputRole;
import dev.sluice.model.VersionOutput;
import dev.sluice.model.VersionRecord;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.RealRedis;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.TensorBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Outcomes of tensors become the answers that workers wrote out before; jobs have the form that all workers read. */
class TensorAnswersTest {
    private static final String ROWS = "/v1/models/iris/predict";
    private static final Failure NEGATIVE = new Failure(Failure.Kind.INFERENCE_FAILED, "negative");
    private static final CommittedVersion VERSION = new CommittedVersion(
            VERSION_ID,
            new VersionRecord(
                    List.of(new VersionOutput("probabilities", OutputRole.SCORES)),
                    List.of("setosa", "versi\"color"),
                    0));
    private static final String FIRST =
            "{\"label\":\"versi\\\"color\",\"probability\":0.75,\"probabilities\":{\"setosa\":0.25,\"versi\\\"color\":0.75}}";
    private static final String SECOND =
            "{\"label\":\"setosa\",\"probability\":1.0,\"probabilities\":{\"setosa\":1.0,\"versi\\\"color\":1.0E-7}}";

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
    void scoresBecomePredictionsWithTheLabelsOfTheirVersion() {
        CompletableFuture<Answer> answer = post("[" + IRIS_ROW + "," + IRIS_ROW + "]");
        TakenJob job = worker.takeOne();
        assertEquals(JobSchema.TENSORS.number(), job.schema());
        assertArrayEquals(new double[] {5.1, 5.1}, PlainWorker.firstColumn(job));
        worker.done(job, scores(0.25, 0.75, 1, 1e-7), VERSION);
        String text = answer.join().text();
        assertTrue(text.contains("\"predictions\":[" + FIRST + "," + SECOND + "],\"timing\":"), text);
    }

    @Test
    void anItemThatFailedIsNamedBesideTheAnswersOfTheOthers() {
        CompletableFuture<Answer> answer = post("[" + IRIS_ROW + "," + IRIS_ROW + "," + IRIS_ROW + "]");
        ItemResults.Tensors answered = scores(0.25, 0.75, 1, 1e-7);
        worker.done(
                worker.takeOne(),
                new ItemResults.Tensors(3, new TreeMap<>(Map.of(1, NEGATIVE)), answered.outputs()),
                VERSION);
        assertEquals(500, answer.join().status());
        String text = answer.join().text();
        assertTrue(text.contains("[" + FIRST + ",null," + SECOND + "]"), text);
        assertTrue(text.contains("\"item\":1"), text);
    }

    @Test
    void theJobShowsThem() {
        Answer accepted = frontend.caller().postJson(ROWS, IRIS_ROW, "Prefer", "respond-async");
        worker.done(worker.takeOne(), scores(0.25, 0.75), VERSION);
        String job = frontend.caller().get(accepted.header("Location")).text();
        assertTrue(job.contains("\"predictions\":[" + FIRST + "]"), job);
        String id = accepted.json().getString("job_id");
        String stored = frontend.management("/jobs/" + id).text();
        assertTrue(stored.contains("versi\\\"color"), stored);
    }

    @Test
    void outputsOfAVersionThatNobodyKnowsAnyMoreAreShownWithoutLabels() {
        Answer accepted = frontend.caller().postJson(ROWS, IRIS_ROW, "Prefer", "respond-async");
        worker.done(worker.takeOne(), scores(0.25, 0.75), CommittedVersion.NONE);
        Answer job = frontend.caller().get(accepted.header("Location"));
        assertEquals(200, job.status());
        assertTrue(job.text().contains("\"predictions\":[{\"outputs\":{\"probabilities\":[0.25,0.75]}}]"), job.text());
    }

    @Test
    void jobsHaveTheOlderFormWhileAWorkerIsThereThatReadsNoOther() {
        PlainWorker older = PlainWorker.serving(
                redis, IRIS, SampleDeployments.rows(SampleDeployments.irisSignature(), 10_000), JobSchema.LINES);
        awaitSchema(JobSchema.LINES);
        older.leave();
        older.close();
        awaitSchema(JobSchema.TENSORS);
    }

    /** Its outcome may be fetched from an API of the release before. */
    @Test
    void jobsWhoseOutcomeIsFetchedLaterHaveTheOlderForm() {
        frontend.caller().postJson(ROWS, IRIS_ROW, "Prefer", "respond-async");
        assertEquals(JobSchema.LINES.number(), worker.takeOne().schema());
        CompletableFuture<Answer> keyed = frontend.caller().postJsonLater(ROWS, IRIS_ROW, "Idempotency-Key", "a");
        TakenJob job = worker.takeOne();
        assertEquals(JobSchema.LINES.number(), job.schema());
        worker.done(job, PlainWorker.echo(job));
        assertEquals(200, keyed.join().status());
    }

    /** 3 KB and 13 KB in schema 1. */
    @Test
    void aHundredRowsAndTheirAnswersTakeFewBytes() {
        PlainWorker floats = PlainWorker.serving(
                redis, SampleDeployments.FLOATS, SampleDeployments.rows(SampleDeployments.floatsSignature(), 10_000));
        frontend.awaitDeployment(SampleDeployments.FLOATS.model());
        String rows = Stream.generate(() -> IRIS_ROW).limit(100).collect(Collectors.joining(",", "[", "]"));
        CompletableFuture<Answer> answer =
                frontend.caller().postJsonLater("/v1/models/" + SampleDeployments.FLOATS + "/predict", rows);
        TakenJob job = floats.takeOne();
        assertEquals(Datatype.FP32, PlainWorker.columns(job).getFirst().datatype());
        int payload = job.input().header().remaining()
                + Objects.requireNonNull(job.payload()).remaining();
        assertTrue(payload <= 1_700, payload + " bytes of payload");
        double[] scores = new double[200];
        Arrays.fill(scores, 0.5);
        floats.done(job, scores(scores), VERSION);
        assertEquals(200, answer.join().status());
        int outcome = OutcomeCodec.encode(new Outcome("7", VERSION_ID, 100, Timing.NONE, scores(scores))).length;
        assertTrue(outcome <= 3_000, outcome + " bytes of outcome");
        floats.close();
    }

    /** The board is read twice a second. */
    private void awaitSchema(JobSchema schema) {
        RunningFrontend.until("a job of schema " + schema.number(), () -> {
            CompletableFuture<Answer> answer = post(IRIS_ROW);
            TakenJob job = worker.takeOne();
            worker.done(job, PlainWorker.echo(job));
            assertEquals(200, answer.join().status());
            return job.schema() == schema.number();
        });
    }

    private CompletableFuture<Answer> post(String rows) {
        return frontend.caller().postJsonLater(ROWS, rows);
    }

    private static ItemResults.Tensors scores(double... scores) {
        TensorBuilder output = new TensorBuilder("probabilities", Datatype.FP32, scores.length / 2, 2);
        for (int i = 0; i < scores.length; i++) {
            output.putReal(i, scores[i]);
        }
        return ItemResults.Tensors.of(scores.length / 2, List.of(output.build()));
    }
}
