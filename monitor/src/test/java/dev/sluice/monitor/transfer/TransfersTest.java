package dev.sluice.monitor.transfer;

import static dev.sluice.chaos.Futures.await;
import static dev.sluice.monitor.Waiting.until;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Slow;
import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.job.JobId;
import dev.sluice.journal.FeedbackLog;
import dev.sluice.journal.LoggedJob;
import dev.sluice.journal.PredictionLog;
import dev.sluice.model.Deployment;
import dev.sluice.monitor.RealPostgres;
import dev.sluice.monitor.RealServices;
import dev.sluice.monitor.database.Database;
import dev.sluice.monitor.feedback.FeedbackStore;
import dev.sluice.monitor.feedback.FeedbackTransfer;
import dev.sluice.monitor.predictions.LoggedVersions;
import dev.sluice.monitor.predictions.PredictionStore;
import dev.sluice.monitor.predictions.PredictionTransfer;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.VersionRecords;
import dev.sluice.redis.RedisLink;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.tensor.Tensor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Row;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each item that a worker has committed becomes one row, whatever was away meanwhile. */
@Slow
class TransfersTest {
    private static final Deployment LOAN = Deployment.parse("loan@champion");

    private static RealServices services;
    private static RedisLink link;

    private final AnsweredJobs jobs = new AnsweredJobs(link, LOAN);
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private Database database;
    private PredictionStore predictions;
    private @Nullable Transfers transfers;

    @BeforeAll
    static void startServices() throws Exception {
        services = RealServices.start();
        link = services.link();
    }

    @AfterAll
    static void stopServices() throws IOException {
        services.close();
    }

    @BeforeEach
    void begin() throws SQLException {
        await(link.send(Request.cmd(Command.FLUSHALL)));
        jobs.register();
        database = services.database(services.postgres().newDatabase());
        await(database.migrate());
    }

    @AfterEach
    void end() {
        if (transfers != null) {
            await(transfers.stop());
        }
        await(database.close());
    }

    @Test
    void aGroupsRowsAreKeptUnderTheIdsThatTheirCallersKnow() {
        String id = jobs.run(
                AnsweredJobs.rows(3),
                List.of(1, 2),
                List.of(AnsweredJobs.prediction("a"), AnsweredJobs.prediction("b"), AnsweredJobs.prediction("c")));
        startTransfers();
        List<Row> rows = awaitRows(3);
        assertEquals(
                List.of(id + ".0 0", id + ".1 0", id + ".1 1"),
                rows.stream()
                        .map(row -> row.getString("job") + " " + row.getInteger("item"))
                        .toList());
        assertEquals(
                "{\"area\": \"Urban 2\", \"rooms\": 2, \"income\": 1002.5}",
                rows.getLast().getString("input"));
        assertEquals("{\"label\": \"c\"}", rows.getLast().getString("output"));
        assertEquals("loan champion 7 7-0123456789ab", rows.getLast().getString("of"));
        assertEquals(1.5, rows.getLast().getDouble("queue_ms"));
    }

    @Test
    void anOutcomeOfTensorsIsKeptAsItsCallersReadIt() {
        jobs.runOnTensors(AnsweredJobs.version("0123456789ab"), 0.25, 0.75);
        startTransfers();
        Row row = awaitRows(1).getFirst();
        assertEquals("{\"rooms\": null, \"income\": 1000.5}", row.getString("input"));
        assertEquals(
                "{\"label\": \"urban\", \"probability\": 0.75, \"probabilities\": {\"rural\": 0.25, \"urban\": 0.75}}",
                row.getString("output"));
        assertEquals("loan champion 7 7-0123456789ab", row.getString("of"));
    }

    @Test
    void aVersionIsKnownFromPostgresOnceRedisHasLostIt() {
        CommittedVersion version = AnsweredJobs.version("0123456789ab");
        jobs.runOnTensors(version, 0.25, 0.75);
        startTransfers();
        awaitRows(1);
        await(transfers().stop());
        jobs.runOnTensors(version, 0.5, 0.25);
        await(link.send(Request.cmd(Command.DEL).arg(QueueKeys.version(LOAN, version.identity()))));
        startTransfers();
        assertEquals(
                List.of("rural", "urban"),
                awaitRows(2).stream()
                        .map(row -> new JsonObject(row.getString("output")).getString("label"))
                        .sorted()
                        .toList());
    }

    @Test
    void theOutputsOfAVersionThatNobodyKnowsAreKeptWithoutLabels() {
        CommittedVersion version = AnsweredJobs.version("0123456789ab");
        jobs.runOnTensors(version, 0.25, 0.75);
        await(link.send(Request.cmd(Command.DEL).arg(QueueKeys.version(LOAN, version.identity()))));
        startTransfers();
        assertEquals(
                "{\"outputs\": {\"probabilities\": [0.25, 0.75]}}",
                awaitRows(1).getFirst().getString("output"));
    }

    /** An untrusted writer may have left them in Redis. */
    @Test
    void aStrangeOutcomeOrVersionKeepsNoOtherFromBeingStored() {
        jobs.run(AnsweredJobs.scores(0.25, 0.75), AnsweredJobs.version("\u0000"));
        jobs.run(List.of(Tensor.texts("probabilities", "rural")), AnsweredJobs.version("1123456789ab"));
        for (String record : List.of("null", "7", "{\"outputs\":[{}],\"top\":-1}", "{\"labels\":7}")) {
            CommittedVersion version = AnsweredJobs.version("2123456789ab");
            jobs.run(AnsweredJobs.scores(0.25, 0.75), version);
            await(link.send(Request.cmd(Command.SET)
                    .arg(QueueKeys.version(LOAN, version.identity()))
                    .arg(record)));
        }
        String good = jobs.run(AnsweredJobs.scores(0.25, 0.75), AnsweredJobs.version("0123456789ab"));
        startTransfers();
        // All but the one whose identity Postgres cannot hold.
        assertTrue(awaitRows(6).stream().anyMatch(row -> row.getString("job").equals(good)), "the last one is stored");
    }

    @Test
    void anItemThatFailedIsKeptWithItsReason() {
        Failure why = new Failure(Failure.Kind.INFERENCE_FAILED, "it said \"no\"");
        jobs.run(AnsweredJobs.rows(1), List.of(), List.of(new ItemResult.Failed(why)));
        startTransfers();
        Row row = awaitRows(1).getFirst();
        assertNull(row.getString("output"));
        assertEquals("{\"kind\": \"INFERENCE_FAILED\", \"detail\": \"it said \\\"no\\\"\"}", row.getString("failure"));
    }

    @Test
    void whatIsReadTwiceIsKeptOnce() {
        jobs.run(AnsweredJobs.rows(2), List.of(), List.of(AnsweredJobs.prediction("a"), AnsweredJobs.prediction("b")));
        List<LoggedJob> logged = await(new PredictionLog(link).oldest(LOAN, 10));
        startTransfers();
        awaitRows(2);
        until("the log is empty", () -> logged() == 0);
        logAgain(logged);
        until("the log is empty", () -> logged() == 0);
        assertEquals(2, stored().size());
    }

    @Test
    void whatWasPredictedWhileTheDatabaseWasAwayIsKeptAfterwards(@TempDir Path data) throws IOException {
        int port;
        try (EmbeddedPostgres first = on(data, 0)) {
            port = first.getPort();
            await(database.close());
            database = services.database(RealPostgres.address(port, "postgres"));
            await(database.migrate());
            startTransfers();
            jobs.run(AnsweredJobs.rows(1), List.of(), List.of(AnsweredJobs.prediction("before")));
            until("it is kept", () -> stored().size() == 1);
        }
        for (int i = 0; i < 500; i++) {
            jobs.run(AnsweredJobs.rows(1), List.of(), List.of(AnsweredJobs.prediction("meanwhile")));
        }
        assertEquals(500, logged(), "none was lost");
        try (EmbeddedPostgres _ = on(data, port)) {
            until("the log is empty", () -> logged() == 0);
            assertEquals(501, stored().size());
            await(transfers().stop());
        }
    }

    private static EmbeddedPostgres on(Path data, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    @Test
    void whatNoCommitHasWrittenGoesAndTheRestIsKept() {
        await(link.send(
                Request.cmd(Command.RPUSH).arg(QueueKeys.prefix(LOAN) + "log").arg("no entry")));
        jobs.run(AnsweredJobs.rows(1), List.of(), List.of(AnsweredJobs.prediction("a")));
        startTransfers();
        awaitRows(1);
        until("the log is empty", () -> logged() == 0);
        assertEquals(1, metrics.get(MetricNames.LOG_UNREADABLE).counter().count());
    }

    @Test
    void daysThatAreTooOldAreDropped() {
        jobs.run(AnsweredJobs.rows(1), List.of(), List.of(AnsweredJobs.prediction("a")));
        startTransfers();
        awaitRows(1);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        assertEquals(0, await(predictions.dropBefore(today.minusDays(1))));
        assertTrue(await(predictions.dropBefore(today.plusDays(2))) > 0);
        assertEquals(List.of(), stored());
        jobs.run(AnsweredJobs.rows(1), List.of(), List.of(AnsweredJobs.prediction("b")));
        awaitRows(1);
    }

    @Test
    void whatWasTrueIsKeptBesideWhatWasPredicted() {
        String id = jobs.run(
                AnsweredJobs.rows(3),
                List.of(1, 2),
                List.of(AnsweredJobs.prediction("a"), AnsweredJobs.prediction("b"), AnsweredJobs.prediction("c")));
        JobId second = JobId.parse(id).orElseThrow().ofMember(1);
        FeedbackLog feedback = new FeedbackLog(link);
        await(feedback.note(second, "[\"b\",\"x\"]", 1 << 20));
        await(feedback.note(second, "[null,\"c\"]", 1 << 20));
        startTransfers();
        awaitRows(3);
        until("the later word stands", () -> labelled().equals(List.of("0 \"b\"", "1 \"c\"")));
    }

    @Test
    void whatIsOfNoJobGoesAndTheRestIsKept() {
        FeedbackLog feedback = new FeedbackLog(link);
        JobId elsewhere = JobId.random(Deployment.parse("iris"));
        await(link.send(Request.cmd(Command.XADD)
                .arg(QueueKeys.prefix(LOAN) + "feedback")
                .arg("*")
                .arg("job")
                .arg(elsewhere.toString())
                .arg("truth")
                .arg("[1]")));
        await(feedback.note(JobId.random(LOAN), "[\"a\\u0000b\"]", 1 << 20));
        startTransfers();
        until(
                "one is kept",
                () -> metrics.find(MetricNames.FEEDBACK_KEPT).counter() != null
                        && metrics.get(MetricNames.FEEDBACK_KEPT).counter().count() == 1);
        assertEquals(1, metrics.get(MetricNames.FEEDBACK_UNREADABLE).counter().count());
    }

    private void startTransfers() {
        predictions = new PredictionStore(database);
        RefusedRows refused = new RefusedRows(database);
        transfers = new Transfers(
                services.vertx(),
                new DeploymentBoard(link),
                List.of(
                        new PredictionTransfer(new PredictionLog(link), versions(), predictions, refused, metrics),
                        new FeedbackTransfer(new FeedbackLog(link), new FeedbackStore(database), refused, metrics)),
                1);
        services.vertx().runOnContext(_ -> transfers().start());
    }

    private LoggedVersions versions() {
        return new LoggedVersions(new VersionRecords(link), database);
    }

    private Transfers transfers() {
        return requireNonNull(transfers);
    }

    /** As after a death between storing and taking out. */
    private static void logAgain(List<LoggedJob> jobs) {
        for (LoggedJob job : jobs) {
            await(link.send(Request.cmd(Command.HSET)
                    .arg(QueueKeys.prefix(LOAN) + "job:" + job.id())
                    .arg("payload")
                    .arg(job.payload().orElseThrow())));
            await(link.send(Request.cmd(Command.RPUSH)
                    .arg(QueueKeys.prefix(LOAN) + "log")
                    .arg(job.place())));
        }
    }

    private List<Row> awaitRows(int count) {
        until(count + " rows are kept", () -> stored().size() == count);
        return stored();
    }

    private List<Row> stored() {
        return query(
                "select job, item, input::text, output::text, failure::text, queue_ms,"
                        + " model || ' ' || alias || ' ' || version || ' ' || version_id as of from prediction order by job, item");
    }

    private List<String> labelled() {
        return query("select item, truth::text from labelled_prediction order by job, item").stream()
                .map(row -> row.getInteger(0) + " " + row.getString(1))
                .toList();
    }

    private List<Row> query(String sql) {
        List<Row> rows = new ArrayList<>();
        await(database.run(sql)).forEach(rows::add);
        return rows;
    }

    private static long logged() {
        return await(link.send(Request.cmd(Command.LLEN).arg(QueueKeys.prefix(LOAN) + "log")))
                .toLong();
    }
}
