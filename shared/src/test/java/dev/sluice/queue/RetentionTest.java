package dev.sluice.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.sluice.job.Timing;
import dev.sluice.journal.PredictionLog;
import dev.sluice.model.Deployment;
import dev.sluice.redis.LinkedRedis;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How long the record of an ended job is stored, and what is left of it. */
class RetentionTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Duration TTL = LeaseTerms.DEFAULT.outcomeTtl();
    private static final String LOGGED_PICTURE = "[{\"sha256\":\"ab\"}]";

    @RegisterExtension
    static final LinkedRedis REDIS = new LinkedRedis();

    private final JobIntake intake = new JobIntake(REDIS.link(), QueueBudget.DEFAULT, Duration.ofSeconds(5), TTL);
    private final JobLeases leases = new JobLeases(REDIS.link(), IRIS, LeaseTerms.DEFAULT);
    private final JobLeases logging = new JobLeases(REDIS.link(), IRIS, LeaseTerms.DEFAULT.withLogBytes(1 << 20));
    private final PredictionLog log = new PredictionLog(REDIS.link());

    @BeforeEach
    void empty() {
        Futures.await(leases.register("worker", "{}"));
    }

    /** A way for a job to end. */
    record End(String name, JobState state, Consumer<RetentionTest> way) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<End> ends() {
        return List.of(
                new End("committed", JobState.DONE, test -> test.commit(test.leases, "", false)),
                new End("failed", JobState.FAILED, test -> test.commit(test.leases, "", true)),
                new End(
                        "committed, larger than the prediction log",
                        JobState.DONE,
                        test -> test.commit(
                                new JobLeases(REDIS.link(), IRIS, LeaseTerms.DEFAULT.withLogBytes(1)), "", false)),
                new End("logged with its payload", JobState.DONE, test -> {
                    test.commit(test.logging, "", false);
                    test.storeLog();
                }),
                new End("logged with what stands for its payload", JobState.DONE, test -> {
                    test.commit(test.logging, LOGGED_PICTURE, false);
                    test.storeLog();
                }),
                new End("logged and dropped from the log", JobState.DONE, test -> {
                    test.commit(test.logging, "", false);
                    test.dropLog();
                }),
                new End("cancelled", JobState.CANCELLED, test -> test.cancel()),
                new End("found late by a sweep", JobState.EXPIRED, test -> {
                    test.letDeadlinePass();
                    Futures.await(test.intake.expire(IRIS));
                }),
                new End("found late by a take", JobState.EXPIRED, test -> {
                    test.letDeadlinePass();
                    Futures.await(test.leases.take("worker", 10));
                }),
                new End("late when its deployment is withdrawn", JobState.EXPIRED, test -> {
                    test.letDeadlinePass();
                    test.withdraw();
                    Futures.await(test.intake.endWithdrawn(IRIS, "withdrawn"));
                }));
    }

    private String id = "";
    private long deadline;

    @ParameterizedTest
    @MethodSource("ends")
    void anAnswerThatACallerWaitsForIsStoredUntilAMinuteAfterTheDeadline(End end) {
        accept(aJob(Retention.SYNCHRONOUS));
        end.way().accept(this);
        assertEquals(end.state().wireName(), field("state"));
        assertExpiresAt(deadline + 60_000);
    }

    @ParameterizedTest
    @MethodSource("ends")
    void anAnswerThatIsFetchedLaterIsStoredForTheOutcomeTtl(End end) {
        long before = now();
        accept(aJob(Retention.OUTCOME_TTL));
        end.way().accept(this);
        assertEquals(end.state().wireName(), field("state"));
        long[] expiry = expiry();
        assertTrue(
                before + TTL.toMillis() <= expiry[1] && expiry[0] <= now() + TTL.toMillis(),
                "expires " + (expiry[0] - before) + " ms after it was accepted");
    }

    @Test
    void noAnswerIsStoredLongerThanTheOutcomeTtl() {
        JobIntake brief =
                new JobIntake(REDIS.link(), QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofSeconds(20));
        accept(aJob(Retention.SYNCHRONOUS));
        long before = now();
        Futures.await(brief.cancel(JobId.parse(id).orElseThrow()));
        long[] expiry = expiry();
        assertTrue(
                before + 20_000 <= expiry[1] && expiry[0] <= now() + 20_000,
                "expires " + (expiry[0] - before) + " ms after its end");
    }

    @Test
    void anUnreadableGraceMeansTheOutcomeTtl() {
        for (String grace : List.of("", "-1", "1e3", "soon", "99999999999999999999")) {
            accept(aJob(Retention.SYNCHRONOUS));
            redis("HSET", key(), "grace", grace);
            long before = now();
            cancel();
            assertTrue(before + TTL.toMillis() <= expiry()[1], "grace '" + grace + "'");
        }
    }

    @Test
    void aDeadLetterIsStoredAndItsResentJobIsAnAsynchronousOne() {
        accept(aJob(Retention.SYNCHRONOUS));
        Futures.await(leases.take("worker", 10));
        Futures.await(leases.bury("worker", Map.of(id, "unreadable")));
        assertEquals("-1", redis("PTTL", key()), "a dead letter has no time limit");
        long before = now();
        JobId copy = JobId.random(IRIS);
        Futures.await(new ScriptRunner(REDIS.link())
                .run(QueueScript.RESEND, IRIS, List.of(id, copy.toString(), DEADLINE.toMillis())));
        id = copy.toString();
        commit(leases, "", false);
        assertTrue(before + TTL.toMillis() <= expiry()[1]);
    }

    @Test
    void aCommitThatComesAfterTheRecordHasExpiredIsRefusedAndLeavesNothing() {
        accept(aJob(Retention.SYNCHRONOUS));
        Futures.await(leases.take("worker", 10));
        redis("DEL", QueueKeys.prefix(IRIS) + "alive:worker");
        redis("SET", QueueKeys.prefix(IRIS) + "looked", "");
        assertEquals(
                1,
                Futures.await(new ScriptRunner(REDIS.link())
                                .run(QueueScript.RECLAIM, IRIS, List.of(1_000, 1_000, 3, 1_000, 1_000, 1_000)))
                        .get(2)
                        .toInteger());
        Futures.await(leases.register("other", "{}"));
        Futures.await(leases.take("other", 10));
        letDeadlineAndGracePass();
        Futures.await(leases.commit("other", List.of(new Commit(id, anOutcome(), false)), CommittedVersion.NONE));
        assertEquals("0", redis("EXISTS", key()), "its callers have stopped asking");
        Set<String> before = keys();
        for (JobLeases late : List.of(leases, logging)) {
            assertEquals(
                    List.of(id),
                    Futures.await(
                            late.commit("worker", List.of(new Commit(id, anOutcome(), false)), CommittedVersion.NONE)),
                    "refused");
        }
        assertEquals(List.of(), Futures.await(leases.release("worker", List.of(id))));
        assertEquals(before, keys(), "nothing has come back");
    }

    @Test
    void anEndedRecordHasOnlyWhatItsReadersNeed() {
        Set<String> ended = Set.of("state", "lane", "items", "accepted", "deadline", "started", "finished", "outcome");
        accept(aJob(Retention.SYNCHRONOUS));
        commit(leases, "", false);
        assertEquals(new TreeSet<>(ended), fields());

        accept(aJob(Retention.SYNCHRONOUS));
        commit(logging, "", false);
        Set<String> logged = new TreeSet<>(ended);
        logged.addAll(List.of("content", "payload"));
        assertEquals(logged, fields(), "while the prediction log refers to it");
        storeLog();
        assertEquals(new TreeSet<>(ended), fields());
    }

    private void accept(Submission job) {
        id = job.id().toString();
        Futures.await(intake.accept(job));
        deadline = Long.parseLong(field("deadline"));
    }

    private void commit(JobLeases by, String input, boolean failed) {
        Futures.await(by.take("worker", 10));
        assertEquals(
                List.of(),
                Futures.await(by.commit(
                        "worker", List.of(new Commit(id, anOutcome(), failed, input)), CommittedVersion.NONE)));
    }

    private void storeLog() {
        assertEquals("-1", redis("PTTL", key()), "no time limit while the log refers to it");
        Futures.await(log.kept(IRIS, Futures.await(log.oldest(IRIS, 10))));
    }

    /** By the commit of another job, whose log has no room for both. */
    private void dropLog() {
        String dropped = id;
        long itsDeadline = deadline;
        accept(aJob(Retention.OUTCOME_TTL));
        commit(new JobLeases(REDIS.link(), IRIS, LeaseTerms.DEFAULT.withLogBytes(2_000)), "", false);
        id = dropped;
        deadline = itsDeadline;
    }

    private void cancel() {
        Futures.await(intake.cancel(JobId.parse(id).orElseThrow()));
    }

    private void letDeadlinePass() {
        moveDeadline(now() - 1);
    }

    private void letDeadlineAndGracePass() {
        moveDeadline(now() - 60_001);
    }

    private void moveDeadline(long to) {
        deadline = to;
        redis("HSET", key(), "deadline", String.valueOf(to));
        redis("ZADD", QueueKeys.prefix(IRIS) + "deadlines", String.valueOf(to), id);
    }

    private void withdraw() {
        redis("HSET", QueueKeys.deployment(IRIS), "withdrawn", "{}");
    }

    private void assertExpiresAt(long expected) {
        long[] expiry = expiry();
        assertTrue(
                expiry[0] <= expected && expected <= expiry[1],
                "expires %d to %d ms after the deadline".formatted(expiry[0] - deadline, expiry[1] - deadline));
    }

    /** The time at which Redis deletes the record lies between these two: Redis 6.2 reports only what is left of it. */
    private long[] expiry() {
        long before = now();
        long left = Long.parseLong(redis("PTTL", key()));
        assertTrue(left > 0, "the record has no time limit: " + left);
        return new long[] {before + left - 1, now() + left + 1};
    }

    private static long now() {
        Response time = Futures.await(REDIS.link().send(Request.cmd(Command.TIME)));
        return time.get(0).toLong() * 1_000 + time.get(1).toLong() / 1_000;
    }

    private String key() {
        return QueueKeys.job(IRIS, id);
    }

    private String field(String name) {
        return redis("HGET", key(), name);
    }

    private Set<String> fields() {
        Set<String> names = new TreeSet<>();
        Futures.await(REDIS.link().send(Request.cmd(Command.HKEYS).arg(key())))
                .forEach(name -> names.add(name.toString()));
        return names;
    }

    private static Set<String> keys() {
        Set<String> names = new TreeSet<>();
        Futures.await(REDIS.link().send(Request.cmd(Command.KEYS).arg("*")))
                .forEach(name -> names.add(name.toString()));
        return names;
    }

    private static String redis(String command, String... args) {
        Request request = Request.cmd(Command.create(command));
        for (String arg : args) {
            request.arg(arg);
        }
        return String.valueOf(Futures.await(REDIS.link().send(request)));
    }

    private static Submission aJob(Retention retention) {
        return new Submission(
                JobId.random(IRIS),
                Lane.INTERACTIVE,
                1,
                new JobPayload(JobSchema.LINES, Content.ROWS, new byte[0], new byte[100], List.of()),
                DEADLINE,
                "signature",
                QueueKeys.replyChannel("test"),
                "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-00",
                List.of(),
                IdempotencyKey.NONE,
                retention);
    }

    private static Outcome anOutcome() {
        return new Outcome(
                "1", "", 1, Timing.NONE, new ItemResults.Lines(List.of(new ItemResult.Prediction("{\"value\":1}"))));
    }
}
