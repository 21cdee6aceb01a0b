package dev.sluice.monitor.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.Content;
import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.job.JobId;
import dev.sluice.job.Lane;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Commit;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.PredictionLog;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.RealRedis;
import dev.sluice.queue.RedisLink;
import dev.sluice.queue.Submission;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import dev.sluice.tensor.Values;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Row;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each item that a worker has committed becomes one row, whatever was away meanwhile. */
class PredictionKeeperTest {
    private static final Deployment LOAN = Deployment.parse("loan@champion");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Vertx vertx;
    private static RealRedis redis;
    private static RedisLink link;
    private static EmbeddedPostgres postgres;

    private final JobIntake intake =
            new JobIntake(link, QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(1));
    private final JobLeases leases = new JobLeases(link, LOAN, LeaseTerms.DEFAULT.withLogBytes(64 << 20));
    private PredictionStore store;
    private PredictionKeeper keeper;

    @BeforeAll
    static void startServices() throws Exception {
        vertx = Vertx.vertx();
        redis = RealRedis.start();
        link = RedisLink.open(vertx, redis.url(), "monitor-test", Duration.ofSeconds(5));
        await(link.connected());
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopServices() throws IOException {
        await(vertx.close());
        postgres.close();
        redis.close();
    }

    @BeforeEach
    void begin() {
        await(link.send(Request.cmd(Command.FLUSHALL)));
        await(link.send(Request.cmd(Command.SADD).arg(QueueKeys.DEPLOYMENTS).arg(LOAN.toString())));
        await(leases.register("worker", "{}"));
        store = new PredictionStore(vertx, url(postgres.getPort()), Duration.ofSeconds(2));
        await(store.migrate());
        await(store.client().query("truncate prediction").execute());
    }

    @AfterEach
    void end() {
        if (keeper != null) {
            await(keeper.stop());
        }
        await(store.close());
    }

    @Test
    void aGroupsRowsAreKeptUnderTheIdsThatTheirCallersKnow() {
        String id = run(rows(3), List.of(1, 2), List.of(prediction("a"), prediction("b"), prediction("c")));
        startKeeper();
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
        assertEquals("loan champion 7", rows.getLast().getString("of"));
        assertEquals(1.5, rows.getLast().getDouble("queue_ms"));
    }

    @Test
    void anItemThatFailedIsKeptWithItsReason() {
        Failure why = new Failure(Failure.Kind.INFERENCE_FAILED, "it said \"no\"");
        run(rows(1), List.of(), List.of(new ItemResult.Failed(why)));
        startKeeper();
        Row row = awaitRows(1).getFirst();
        assertNull(row.getString("output"));
        assertEquals("{\"kind\": \"INFERENCE_FAILED\", \"detail\": \"it said \\\"no\\\"\"}", row.getString("failure"));
    }

    /** As after a death between storing and taking out. */
    @Test
    void whatIsReadTwiceIsKeptOnce() {
        run(rows(2), List.of(), List.of(prediction("a"), prediction("b")));
        List<PredictedItem> items = await(new PredictionLog(link, LOAN).oldest(10)).stream()
                .flatMap(job -> LoggedItems.of(job).stream())
                .toList();
        await(store.keep(items));
        startKeeper();
        until("the log is empty", () -> logged() == 0);
        assertEquals(2, stored().size());
    }

    @Test
    void whatWasPredictedWhileTheDatabaseWasAwayIsKeptAfterwards(@TempDir Path data) throws IOException {
        int port;
        try (EmbeddedPostgres first = on(data, 0)) {
            port = first.getPort();
            store = new PredictionStore(vertx, url(port), Duration.ofSeconds(2));
            await(store.migrate());
            startKeeper();
            run(rows(1), List.of(), List.of(prediction("before")));
            until("it is kept", () -> stored(port).size() == 1);
        }
        for (int i = 0; i < 500; i++) {
            run(rows(1), List.of(), List.of(prediction("meanwhile")));
        }
        assertEquals(500, logged(), "none was lost");
        try (EmbeddedPostgres second = on(data, port)) {
            until("the log is empty", () -> logged() == 0);
            assertEquals(501, stored(second.getPort()).size());
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
        await(link.send(Request.cmd(Command.XADD)
                .arg(QueueKeys.prefix(LOAN) + "log")
                .arg("*")
                .arg("job")
                .arg("no id")
                .arg("outcome")
                .arg("{}")));
        run(rows(1), List.of(), List.of(prediction("a")));
        startKeeper();
        awaitRows(1);
        until("the log is empty", () -> logged() == 0);
        assertEquals(1, keeper.unreadableJobs());
    }

    @Test
    void daysThatAreTooOldAreDropped() {
        run(rows(1), List.of(), List.of(prediction("a")));
        startKeeper();
        awaitRows(1);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        assertEquals(0, await(store.dropBefore(today.minusDays(1))));
        assertTrue(await(store.dropBefore(today.plusDays(2))) > 0);
        assertEquals(List.of(), stored());
        run(rows(1), List.of(), List.of(prediction("b")));
        awaitRows(1);
    }

    private void startKeeper() {
        keeper = new PredictionKeeper(vertx, link, store);
        vertx.runOnContext(_ -> keeper.start());
    }

    private String run(byte[] payload, List<Integer> members, List<ItemResult> results) {
        JobId id = JobId.random(LOAN);
        await(intake.accept(new Submission(
                id,
                Lane.INTERACTIVE,
                results.size(),
                Content.ROWS,
                payload,
                List.of(),
                Duration.ofMinutes(1),
                "signature",
                "",
                "",
                members,
                IdempotencyKey.NONE)));
        await(leases.take("worker", 10));
        Outcome outcome = new Outcome("7", results.size(), new Timing(1.5, 0.25, 4), results);
        assertEquals(
                List.of(),
                await(leases.commit("worker", List.of(new Commit(id.toString(), outcome, outcome.hasFailures())))));
        return id.toString();
    }

    private static byte[] rows(int count) {
        long[] rooms = new long[count];
        double[] income = new double[count];
        String[] area = new String[count];
        for (int i = 0; i < count; i++) {
            rooms[i] = i;
            income[i] = 1_000.5 + i;
            area[i] = "Urban " + i;
        }
        return TensorCodec.encode(List.of(
                new Tensor("rooms", new Values.Int64(rooms)),
                new Tensor("income", new Values.Fp64(income)),
                new Tensor("area", new Values.Text(area))));
    }

    private static ItemResult prediction(String label) {
        return new ItemResult.Prediction("{\"label\":\"%s\"}".formatted(label));
    }

    private List<Row> awaitRows(int count) {
        until(count + " rows are kept", () -> stored().size() == count);
        return stored();
    }

    private static List<Row> stored() {
        return stored(postgres.getPort());
    }

    private static List<Row> stored(int port) {
        PredictionStore reader = new PredictionStore(vertx, url(port), LIMIT);
        try {
            List<Row> rows = new ArrayList<>();
            await(reader.client()
                            .query(
                                    "select job, item, input::text, output::text, failure::text, queue_ms,"
                                            + " model || ' ' || alias || ' ' || version as of from prediction order by job, item")
                            .execute())
                    .forEach(rows::add);
            return rows;
        } finally {
            await(reader.close());
        }
    }

    private static long logged() {
        return await(link.send(Request.cmd(Command.XLEN).arg(QueueKeys.prefix(LOAN) + "log")))
                .toLong();
    }

    private static String url(int port) {
        return "postgresql://postgres:postgres@127.0.0.1:%d/postgres".formatted(port);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void until(String what, BooleanSupplier reached) {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - limit > 0) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            Thread.onSpinWait();
        }
    }
}
