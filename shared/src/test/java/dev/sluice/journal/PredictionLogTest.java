package dev.sluice.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.job.JobState;
import dev.sluice.job.Lane;
import dev.sluice.job.Outcome;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Commit;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import dev.sluice.redis.LinkedRedis;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was answered can be read once it is committed, and never costs an answer. */
class PredictionLogTest {
    private static final Deployment IRIS = Deployment.parse("iris");
    private static final long BUDGET = 20_000;
    private static final int RECORD = 1_536;
    private static final long NO_KEY = -2;

    @RegisterExtension
    static final LinkedRedis REDIS = new LinkedRedis();

    private final JobIntake intake =
            new JobIntake(REDIS.link(), QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(1));
    private final JobLeases leases = leases(BUDGET);
    private final PredictionLog log = new PredictionLog(REDIS.link());

    @BeforeEach
    void empty() {
        Futures.await(leases.register("worker", "{}"));
    }

    @Test
    void aGroupIsLoggedWithItsRowsAndTheirAnswers() {
        byte[] payload = {1, 2, 3};
        String id = run(aJob(3, payload, List.of(1, 2)), "");
        LoggedJob job = Futures.await(log.oldest(IRIS, 10)).getFirst();
        assertEquals(id, job.id());
        assertEquals(JobState.DONE, job.state());
        assertEquals("rows", job.description().content());
        assertEquals(3, job.description().items());
        assertEquals(List.of(1, 2), job.members());
        assertEquals(anOutcome(), OutcomeCodec.decode(job.outcome()));
        assertArrayEquals(payload, job.payload().orElseThrow().getBytes());
        assertTrue(0 < job.accepted() && job.accepted() <= job.started() && job.started() <= job.finished());
    }

    @Test
    void whatIsKeptGoesAndNothingElse() {
        String first = run(aJob(), "");
        String second = run(aJob(), "");
        List<LoggedJob> oldest = Futures.await(log.oldest(IRIS, 1));
        assertEquals(List.of(first), ids(oldest));
        assertEquals(List.of(first), ids(Futures.await(log.oldest(IRIS, 1))), "it is read again until it is kept");
        Futures.await(log.kept(IRIS, oldest));
        Futures.await(log.kept(IRIS, oldest));
        assertEquals(List.of(second), ids(Futures.await(log.oldest(IRIS, 10))));
    }

    @Test
    void aRecordHasNoTimeLimitBeforeItIsKeptAndTheOneOfItsEndAfterwards() {
        String id = run(aJob(), "");
        assertEquals(-1, timeLimit(id));
        Futures.await(log.kept(IRIS, Futures.await(log.oldest(IRIS, 1))));
        long outcomeTtl = LeaseTerms.DEFAULT.outcomeTtl().toMillis();
        assertTrue(0 < timeLimit(id) && timeLimit(id) <= outcomeTtl, timeLimit(id) + " ms");
    }

    @Test
    void aRecordThatIsKeptLaterThanItsTimeLimitGoesAtOnce() {
        LeaseTerms terms = LeaseTerms.DEFAULT;
        LeaseTerms brief = new LeaseTerms(
                terms.deadAfter(),
                terms.tick(),
                Duration.ofMillis(1),
                terms.mostDeaths(),
                terms.deadLetterBytes(),
                terms.deadLetterAge(),
                BUDGET);
        String id = run(new JobLeases(REDIS.link(), IRIS, brief), aJob(), "");
        assertEquals(-1, timeLimit(id));
        Futures.await(log.kept(IRIS, Futures.await(log.oldest(IRIS, 1))));
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            while (timeLimit(id) != NO_KEY) {
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void aRecordThatHasGoneAndWhatIsNoEntryAreReadAsNothing() {
        String id = run(aJob(), "");
        Futures.await(REDIS.link().send(Request.cmd(Command.DEL).arg(QueueKeys.job(IRIS, id))));
        Futures.await(REDIS.link()
                .send(Request.cmd(Command.RPUSH).arg(QueueKeys.log(IRIS)).arg("no entry")));
        List<LoggedJob> oldest = Futures.await(log.oldest(IRIS, 10));
        assertEquals(List.of(id, "no"), ids(oldest));
        assertTrue(oldest.stream().noneMatch(job -> job.outcome().hasRemaining()), "nothing is known of them");
        Futures.await(log.kept(IRIS, oldest));
        assertEquals(List.of(), Futures.await(log.oldest(IRIS, 10)));
        assertEquals("0", counter("log.bytes"));
    }

    @Test
    void aLargePayloadStaysUntilItIsKept() {
        byte[] payload = new byte[JobIntake.INLINE_PAYLOAD_BYTES + 1];
        Arrays.fill(payload, (byte) 7);
        JobLeases roomy = leases(1 << 20);
        String id = run(roomy, aJob(1, payload, List.of()), "");
        List<LoggedJob> oldest = Futures.await(log.oldest(IRIS, 10));
        assertArrayEquals(payload, oldest.getFirst().payload().orElseThrow().getBytes());
        Futures.await(log.kept(IRIS, oldest));
        assertEquals(0, keys("body:" + id));
        assertEquals("0", counter("log.bytes"));
    }

    @Test
    void whatStandsForThePayloadIsLoggedInItsPlace() {
        run(aJob(1, new byte[20_000], List.of()), "[{\"sha256\":\"ab\"}]");
        LoggedJob job = Futures.await(log.oldest(IRIS, 10)).getFirst();
        assertEquals("[{\"sha256\":\"ab\"}]", job.input());
        assertTrue(job.payload().isEmpty());
        assertEquals(0, keys("body:*"), "the payload itself has gone");
    }

    @Test
    void beyondItsBudgetTheOldestGoAndAreCounted() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(run(aJob(), ""));
        }
        List<String> logged = ids(Futures.await(log.oldest(IRIS, 100)));
        assertEquals(ids.subList(20 - logged.size(), 20), logged);
        assertTrue(logged.size() >= BUDGET / (RECORD + 300) && logged.size() < 20, logged.size() + " entries");
        assertEquals(String.valueOf(20 - logged.size()), counter("total.log-dropped"));
        run(aJob(1, new byte[21_000], List.of()), "");
        assertEquals(
                logged, ids(Futures.await(log.oldest(IRIS, 100))), "what is larger than the log does not empty it");
        assertEquals(String.valueOf(21 - logged.size()), counter("total.log-dropped"));
    }

    @Test
    void withoutABudgetNothingIsLogged() {
        run(leases(0), aJob(), "");
        assertEquals(0, keys("log"));
        assertEquals("0", counter("total.log-dropped"));
    }

    @Test
    void whatCannotBeReadIsNoPrediction() {
        String id = accept(aJob());
        Futures.await(leases.take("worker", 10));
        Futures.await(leases.bury("worker", Map.of(id, "unreadable")));
        assertEquals(List.of(), Futures.await(log.oldest(IRIS, 10)));
    }

    @Test
    void aStrangersKeyIsNotInTheWayOfAnswers() {
        Futures.await(REDIS.link()
                .send(Request.cmd(Command.SET).arg(QueueKeys.log(IRIS)).arg("no list")));
        String id = run(aJob(), "");
        assertEquals(List.of(id), ids(Futures.await(log.oldest(IRIS, 10))));
    }

    private String run(Submission job, String input) {
        return run(leases, job, input);
    }

    private String run(JobLeases leases, Submission job, String input) {
        String id = accept(job);
        Futures.await(leases.take("worker", 10));
        assertEquals(
                List.of(),
                Futures.await(leases.commit(
                        "worker", List.of(new Commit(id, anOutcome(), false, input)), CommittedVersion.NONE)));
        return id;
    }

    private String accept(Submission job) {
        Futures.await(intake.accept(job));
        return job.id().toString();
    }

    private static JobLeases leases(long logBytes) {
        return new JobLeases(REDIS.link(), IRIS, LeaseTerms.DEFAULT.withLogBytes(logBytes));
    }

    private static Submission aJob() {
        return aJob(1, new byte[10], List.of());
    }

    private static Submission aJob(int items, byte[] payload, List<Integer> members) {
        return new Submission(
                JobId.random(IRIS),
                Lane.INTERACTIVE,
                items,
                new JobPayload(JobSchema.LINES, Content.ROWS, new byte[0], payload, List.of()),
                Duration.ofMinutes(1),
                "signature",
                "",
                "",
                members,
                IdempotencyKey.NONE,
                Retention.OUTCOME_TTL);
    }

    private static Outcome anOutcome() {
        ItemResult answer = new ItemResult.Prediction("{\"label\":\"setosa\"}");
        return new Outcome(
                "7", "", 3, new Timing(1.5, 0.25, 4), new ItemResults.Lines(List.of(answer, answer, answer)));
    }

    private static List<String> ids(List<LoggedJob> jobs) {
        return jobs.stream().map(LoggedJob::id).toList();
    }

    private static int keys(String pattern) {
        return Futures.await(REDIS.link()
                        .send(Request.cmd(Command.KEYS)
                                .arg(QueueKeys.prefix(IRIS).replace("{", "[{]") + pattern)))
                .size();
    }

    private static long timeLimit(String id) {
        return Futures.await(REDIS.link().send(Request.cmd(Command.PTTL).arg(QueueKeys.job(IRIS, id))))
                .toLong();
    }

    private static String counter(String name) {
        Response value = Futures.await(REDIS.link()
                .send(Request.cmd(Command.HGET).arg(QueueKeys.counters(IRIS)).arg(name)));
        return value == null ? "0" : value.toString();
    }
}
