package dev.sluice.monitor.transfer;

import static dev.sluice.chaos.Futures.await;
import static dev.sluice.monitor.Waiting.until;
import static dev.sluice.monitor.transfer.AnsweredJobs.prediction;
import static dev.sluice.monitor.transfer.AnsweredJobs.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Slow;
import dev.sluice.job.ItemResult;
import dev.sluice.job.JobId;
import dev.sluice.journal.FeedbackLog;
import dev.sluice.journal.PredictionLog;
import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import dev.sluice.monitor.RealServices;
import dev.sluice.monitor.database.Database;
import dev.sluice.monitor.feedback.FeedbackStore;
import dev.sluice.monitor.feedback.FeedbackTransfer;
import dev.sluice.monitor.predictions.LoggedVersions;
import dev.sluice.monitor.predictions.PredictionStore;
import dev.sluice.monitor.predictions.PredictionTransfer;
import dev.sluice.monitor.rollouts.RolloutHistory;
import dev.sluice.monitor.rollouts.RolloutStore;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.VersionRecords;
import dev.sluice.redis.RedisLink;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row that Postgres refuses costs itself only, and a database that was restored is served without a restart. */
@Slow
class RefusedRowsTest {
    private static final Deployment LOAN = Deployment.parse("loan@champion");

    private static RealServices services;
    private static RedisLink link;

    private final AnsweredJobs jobs = new AnsweredJobs(link, LOAN);
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private Database database;
    private Transfers transfers;

    @BeforeAll
    static void startServices() throws IOException {
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
        RefusedRows refused = new RefusedRows(database);
        transfers = new Transfers(
                services.vertx(),
                new DeploymentBoard(link),
                List.of(
                        new PredictionTransfer(
                                new PredictionLog(link),
                                new LoggedVersions(new VersionRecords(link), database),
                                new PredictionStore(database),
                                refused,
                                metrics),
                        new FeedbackTransfer(new FeedbackLog(link), new FeedbackStore(database), refused, metrics)),
                1);
    }

    @AfterEach
    void end() {
        await(transfers.stop());
        await(database.close());
    }

    @Test
    void aPredictionThatPostgresRefusesIsADeadLetterAndTheOthersAreStored() {
        for (int i = 0; i < 7; i++) {
            jobs.run(rows(1), List.of(), List.of(prediction("good")));
        }
        String nul = jobs.run(rows(2), List.of(), List.of(prediction("a\\u0000b"), prediction("good")));
        String noJson = jobs.run(rows(1), List.of(), List.of(new ItemResult.Prediction("{\"label\":")));
        finishedAt("9000000000000000");
        jobs.run(rows(1), List.of(), List.of(prediction("good")));
        startTransfers();

        until("the log is empty", () -> logged() == 0);
        assertEquals(9, count("prediction", "output ->> 'label' = 'good'"));
        assertEquals(
                Set.of(nul + " 0", noJson + " 0"),
                Set.copyOf(lines("select row_key from refused_row where relation = 'prediction'")));
        assertEquals(
                List.of("unsupported Unicode escape sequence true"),
                lines("select substring(reason from 'unsupported Unicode escape sequence') || ' ' ||"
                        + " (convert_from(content, 'UTF8')::json ->> 'output' like '%b\"}') from refused_row where row_key = '"
                        + nul + " 0'"));
        assertEquals(2, refusals("prediction"));
        assertEquals(1, metrics.get(MetricNames.LOG_UNREADABLE).counter().count(), "of an impossible time");
    }

    @Test
    void aLabelThatPostgresRefusesIsADeadLetterAndTheOthersAreStored() {
        FeedbackLog feedback = new FeedbackLog(link);
        await(feedback.note(JobId.random(LOAN), "[\"a\"]", 1 << 20));
        await(feedback.note(JobId.random(LOAN), "[{\"deep\":\"a\\u0000b\"},\"good\"]", 1 << 20));
        await(feedback.note(JobId.random(LOAN), "[\"c\"]", 1 << 20));
        await(link.send(Request.cmd(Command.XADD)
                .arg(QueueKeys.prefix(LOAN) + "feedback")
                .arg("18446744073709551614-1")
                .arg("job")
                .arg(JobId.random(LOAN).toString())
                .arg("truth")
                .arg("[\"of an impossible time\"]")));
        startTransfers();
        until("the labels are stored", () -> count("feedback", "true") == 3);
        until("one is a dead letter", () -> count("refused_row", "relation = 'feedback'") == 1);
        until(
                "the log is empty",
                () -> await(new FeedbackLog(link).oldest(LOAN, 1)).isEmpty());
        assertEquals(1, refusals("feedback"));
        assertEquals(1, metrics.get(MetricNames.FEEDBACK_UNREADABLE).counter().count());
    }

    @Test
    void aRolloutThatPostgresRefusesIsADeadLetterAndTheOthersAreStored() {
        DeploymentBoard board = new DeploymentBoard(link);
        await(board.writeEndedRollout(LOAN, new RolloutNote("Rejected", "1", "a\0b", 1, "a/1")));
        await(board.writeEndedRollout(LOAN, new RolloutNote("Live", "\0", "", 2, "a/1")));
        await(board.writeEndedRollout(LOAN, new RolloutNote("Live", "3", "", 3, "a/1")));
        await(board.writeEndedRollout(LOAN, new RolloutNote("Live", "4", "", Long.MAX_VALUE, "a/1")));
        await(new RolloutHistory(
                        board,
                        new RolloutStore(database).isolating(new RefusedRows(database), metrics),
                        System::nanoTime)
                .look());
        assertEquals(
                List.of("4 ", "1 a\ufffdb", "3 "),
                lines("select version || ' ' || reason from rollout order by ended"));
        assertEquals(List.of("2 \ufffd a/1"), lines("select row_key from refused_row where relation = 'rollout'"));
    }

    @Test
    void partitionsThatAreGoneAfterARestoreAreMadeAgain() {
        startTransfers();
        jobs.run(rows(1), List.of(), List.of(prediction("before")));
        until("it is stored", () -> count("prediction", "true") == 1);
        String partition = lines(
                        "select inhrelid::regclass::text from pg_inherits where inhparent = 'prediction'::regclass")
                .getFirst();
        await(database.run("drop table " + partition));
        jobs.run(rows(1), List.of(), List.of(prediction("after")));
        until("the log is empty", () -> logged() == 0);
        assertEquals(List.of("after"), lines("select output ->> 'label' from prediction"));
        assertEquals(0, count("refused_row", "true"));
    }

    @Test
    void anEmptyDatabaseInPlaceOfTheOldOneGetsItsTables() {
        startTransfers();
        jobs.run(rows(1), List.of(), List.of(prediction("before")));
        until("it is stored", () -> count("prediction", "true") == 1);
        await(database.run("drop schema public cascade"));
        await(database.run("create schema public"));
        jobs.run(rows(1), List.of(), List.of(prediction("after")));
        until("the log is empty", () -> logged() == 0);
        assertEquals(List.of("after"), lines("select output ->> 'label' from prediction"));
    }

    private void startTransfers() {
        services.vertx().runOnContext(_ -> transfers.start());
    }

    /** The record of an untrusted writer. */
    private void finishedAt(String millis) {
        String id = jobs.run(rows(1), List.of(), List.of(prediction("far")));
        await(link.send(Request.cmd(Command.HSET)
                .arg(QueueKeys.prefix(LOAN) + "job:" + id)
                .arg("finished")
                .arg(millis)));
    }

    private double refusals(String table) {
        return metrics.get(MetricNames.ROWS_REFUSED)
                .tag("table", table)
                .counter()
                .count();
    }

    private long count(String table, String condition) {
        return Long.parseLong(lines("select count(*)::text from " + table + " where " + condition)
                .getFirst());
    }

    private List<String> lines(String sql) {
        List<String> lines = new ArrayList<>();
        for (Row row : await(database.run(sql))) {
            lines.add(row.getString(0));
        }
        return lines;
    }

    private static long logged() {
        return await(link.send(Request.cmd(Command.LLEN).arg(QueueKeys.prefix(LOAN) + "log")))
                .toLong();
    }
}
