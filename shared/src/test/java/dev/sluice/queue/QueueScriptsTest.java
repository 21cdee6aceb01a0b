package dev.sluice.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
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
import dev.sluice.model.BatchProfile;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.Signature;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.LinkedRedis;
import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisTrouble;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the scripts promise beyond states and counters: who is woken, what is published, what still works when memory is short. */
class QueueScriptsTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");
    private static final String REPLIES = QueueKeys.replyChannel("test");

    @RegisterExtension
    static final LinkedRedis REDIS = new LinkedRedis();

    private final JobIntake intake =
            new JobIntake(REDIS.link(), QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(1));
    private final JobLeases leases = new JobLeases(REDIS.link(), IRIS, LeaseTerms.DEFAULT);

    @BeforeEach
    void empty() {
        Futures.await(REDIS.link()
                .send(Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg("0")));
    }

    @Test
    void aNewJobWakesExactlyOneIdleWorkerAndNoneThatIsDead() throws Exception {
        BlockingQueue<String> woken = new LinkedBlockingQueue<>();
        ChannelSubscriber subscriber =
                new ChannelSubscriber(REDIS.vertx(), REDIS.server().url(), "wake", () -> {});
        for (String worker : List.of("living-1", "living-2", "dead")) {
            Futures.await(leases.register(worker, "{}"));
            Futures.await(subscriber.listen(QueueKeys.wakeChannel(IRIS, worker), _ -> woken.add(worker)));
            Futures.await(leases.take(worker, 1));
        }
        Futures.await(REDIS.link().send(Request.cmd(Command.DEL).arg(QueueKeys.prefix(IRIS) + "alive:dead")));
        accept(aRow());
        accept(aRow());
        assertEquals(
                List.of("living-1", "living-2"),
                List.of(woken.poll(5, TimeUnit.SECONDS), woken.poll(5, TimeUnit.SECONDS)).stream()
                        .sorted()
                        .toList());
        accept(aRow());
        Futures.await(REDIS.link()
                .send(Request.cmd(Command.PUBLISH)
                        .arg(QueueKeys.wakeChannel(IRIS, "living-1"))
                        .arg("the end")));
        assertEquals("living-1", woken.poll(5, TimeUnit.SECONDS));
        assertTrue(woken.isEmpty(), "nobody is idle any more, so nobody else is woken: " + woken);
        Futures.await(subscriber.close());
    }

    /** A key of another type is deleted; a right that the user lacks says nothing about the key. */
    @Test
    void noJobIsDeletedBecauseARightIsMissing() throws Exception {
        Futures.await(leases.register("worker", "{}"));
        String id = accept(aRow());
        try (RedisTrouble trouble = new RedisTrouble(REDIS.server())) {
            trouble.command("ACL", "SETUSER", "default", "-hmget");
            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, () -> Futures.await(leases.take("worker", 10)));
            trouble.command("ACL", "SETUSER", "default", "+hmget");
            assertTrue(String.valueOf(refused).contains(RedisFault.MISSING_RIGHT.fault()), refused::toString);
        }
        Take.Jobs taken = assertInstanceOf(Take.Jobs.class, Futures.await(leases.take("worker", 10)));
        assertEquals(
                List.of(id),
                taken.jobs().stream().map(job -> job.id().toString()).toList());
    }

    @Test
    void theResultsOfABatchComeInOneMessageAndALargeOneIsOnlyAnnounced() throws Exception {
        BlockingQueue<List<Reply>> messages = new LinkedBlockingQueue<>();
        ChannelSubscriber subscriber =
                new ChannelSubscriber(REDIS.vertx(), REDIS.server().url(), "replies", () -> {});
        Futures.await(subscriber.listen(REPLIES, message -> messages.add(Reply.parse(message))));
        Futures.await(leases.register("worker", "{}"));
        List<String> ids = List.of(accept(aRow()), accept(aRow()), accept(aRow()));
        Futures.await(leases.take("worker", 10));
        String large = "\"" + "x".repeat(70_000) + "\"";
        Futures.await(leases.commit(
                "worker",
                List.of(
                        new Commit(ids.get(0), outcome("1"), false),
                        new Commit(ids.get(1), outcome(large), false),
                        new Commit(ids.get(2), outcome("3"), false)),
                CommittedVersion.NONE));
        List<Reply> replies = messages.poll(5, TimeUnit.SECONDS);
        assertEquals(ids, replies.stream().map(Reply::id).toList());
        assertEquals(
                List.of(true, false, true),
                replies.stream().map(Reply::complete).toList());
        assertEquals(outcome("3"), OutcomeCodec.decode(replies.get(2).outcome()));
        JobRecord record = Futures.await(intake.find(JobId.parse(ids.get(1)).orElseThrow()))
                .orElseThrow();
        assertEquals(outcome(large), OutcomeCodec.decode(record.outcome()));
        Futures.await(subscriber.close());
    }

    @Test
    void whatWasAcceptedFinishesWhenMemoryIsFullAndNewWorkIsRefusedByName() {
        Futures.await(leases.register("worker", "{}"));
        String first = accept(aRow());
        String second = accept(aRow());
        String third = accept(aRow());
        Futures.await(REDIS.link()
                .send(Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg("1")));
        RedisUnavailableException refusal = assertThrows(RedisUnavailableException.class, () -> {
            try {
                Futures.await(intake.accept(aRow()));
            } catch (IllegalStateException wrapped) {
                throw causeOf(wrapped);
            }
        });
        assertEquals(RedisFault.OUT_OF_MEMORY, refusal.fault());
        assertEquals(
                JobState.CANCELLED,
                Futures.await(intake.cancel(JobId.parse(third).orElseThrow())).orElseThrow());
        Take.Jobs taken = assertInstanceOf(Take.Jobs.class, Futures.await(leases.take("worker", 10)));
        assertEquals(
                List.of(first, second), taken.jobs().stream().map(TakenJob::id).toList());
        assertTrue(Futures.await(leases.renew("worker", 1)), "the worker stays alive");
        assertEquals(
                List.of(),
                Futures.await(leases.commit(
                        "worker", List.of(new Commit(first, outcome("1"), false)), CommittedVersion.NONE)));
        assertEquals(List.of(), Futures.await(leases.release("worker", List.of(second))));
    }

    @Test
    void aScriptThatRedisHasForgottenIsSentAgain() {
        accept(aRow());
        Futures.await(REDIS.link().send(Request.cmd(Command.SCRIPT).arg("FLUSH")));
        accept(aRow());
    }

    @Test
    void bulkWorkIsNotStarvedByInteractiveWork() {
        Futures.await(leases.register("worker", "{}"));
        String bulk = accept(aJob(Lane.BULK, 10));
        List<String> taken = new ArrayList<>();
        for (int take = 0; take < 8; take++) {
            accept(aRow());
            accept(aRow());
            Take.Jobs jobs = assertInstanceOf(Take.Jobs.class, Futures.await(leases.take("worker", 1)));
            jobs.jobs().forEach(job -> taken.add(job.id()));
        }
        assertEquals(bulk, taken.get(7), "seven takes may pass bulk work over");
    }

    @Test
    void interactiveWorkGoesFirstWhileBulkWorkGetsItsShareAnyway() {
        Futures.await(leases.register("worker", "{}"));
        for (int i = 0; i < 40; i++) {
            accept(aJob(Lane.BULK, 10));
        }
        for (int take = 0; take < 20; take++) {
            String interactive = accept(aRow());
            Take.Jobs jobs = assertInstanceOf(Take.Jobs.class, Futures.await(leases.take("worker", 2)));
            assertEquals(interactive, jobs.jobs().getFirst().id());
            assertEquals(2, jobs.jobs().size());
        }
    }

    /** Or the death of one worker soon after the start of the only other would be noticed after twice the time. */
    @Test
    void whoMayNotJudgeYetLooksAllTheSame() {
        String looked = QueueKeys.prefix(IRIS) + "looked";
        Futures.await(REDIS.link()
                .send(Request.cmd(Command.SET).arg(looked).arg("").arg("PX").arg(10_000)));
        Response young = Futures.await(new ScriptRunner(REDIS.link())
                .run(QueueScript.RECLAIM, IRIS, List.of(0, 2_250, 3, 1_000, 1_000, 60_000)));
        assertEquals("too-early", young.get(0).toString());
        assertTrue(Futures.await(REDIS.link().send(Request.cmd(Command.PTTL).arg(looked)))
                        .toInteger()
                > 10_000);
    }

    @Test
    void deadLettersAreBoundedByBytesTheOldestGoFirst() {
        LeaseTerms tight = new LeaseTerms(
                Duration.ofSeconds(2), Duration.ofMillis(250), Duration.ofMinutes(1), 1, 25_000, Duration.ofDays(1), 0);
        ScriptRunner scripts = new ScriptRunner(REDIS.link());
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String worker = "worker-" + i;
            Futures.await(leases.register(worker, "{}"));
            awaitNextMillisecond();
            ids.add(accept(aJob(Lane.INTERACTIVE, 10_000)));
            Futures.await(leases.take(worker, 1));
            Futures.await(REDIS.link().send(Request.cmd(Command.DEL).arg(QueueKeys.prefix(IRIS) + "alive:" + worker)));
            Futures.await(REDIS.link()
                    .send(Request.cmd(Command.SET)
                            .arg(QueueKeys.prefix(IRIS) + "looked")
                            .arg("")));
            Futures.await(scripts.run(
                    QueueScript.RECLAIM,
                    IRIS,
                    List.of(
                            9_999,
                            1,
                            tight.mostDeaths(),
                            tight.deadLetterBytes(),
                            tight.deadLetterAge().toMillis(),
                            tight.standstill().toMillis())));
        }
        assertTrue(
                Futures.await(intake.find(JobId.parse(ids.get(0)).orElseThrow()))
                        .isEmpty(),
                "the oldest is gone");
        for (String kept : ids.subList(1, 3)) {
            JobRecord record =
                    Futures.await(intake.find(JobId.parse(kept).orElseThrow())).orElseThrow();
            assertEquals(JobState.DEAD, record.state());
            assertFalse(record.reason().isEmpty(), "it says why");
        }
    }

    @Test
    void deadLettersAreBoundedByAge() {
        String id = aDeadLetter("worker", aRow());
        for (int i = 0; i < 2; i++) {
            awaitNextMillisecond();
        }
        assertEquals(0, Futures.await(reclaiming(3, Long.MAX_VALUE >> 10, Duration.ofDays(1))));
        assertTrue(Futures.await(intake.find(JobId.parse(id).orElseThrow())).isPresent());
        Futures.await(reclaiming(3, Long.MAX_VALUE >> 10, Duration.ofMillis(1)));
        assertTrue(
                Futures.await(intake.find(JobId.parse(id).orElseThrow())).isEmpty(), "it was older than a millisecond");
        assertEquals("0", counter("dead.bytes"));
    }

    @Test
    void deadLettersAreListedNewestFirstInPagesOverAllDeployments() {
        Deployment other = Deployment.parse("imagenet@champion");
        List<JobId> died = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            awaitNextMillisecond();
            Deployment deployment = i % 2 == 0 ? IRIS : other;
            died.addFirst(JobId.parse(aDeadLetter("worker-" + i, aJobFor(deployment, Lane.BULK, 10)))
                    .orElseThrow());
        }
        DeadLetters letters = new DeadLetters(REDIS.link());
        List<JobId> seen = new ArrayList<>();
        Optional<DeadLetters.Place> place = Optional.empty();
        int pages = 0;
        do {
            DeadLetters.Page page = Futures.await(letters.list(List.of(IRIS, other), place, 4));
            assertEquals(6, page.total());
            page.letters().forEach(letter -> seen.add(letter.id()));
            place = page.next()
                    .map(next -> DeadLetters.Place.parse(next.toString()).orElseThrow());
            pages++;
        } while (place.isPresent());
        assertEquals(died, seen);
        assertEquals(2, pages);
        DeadLetters.Page one = Futures.await(letters.list(List.of(other), Optional.empty(), 10));
        assertEquals(3, one.letters().size());
    }

    @Test
    void lettersOfOneMomentStandOnOnePageEach() {
        Futures.await(leases.register("worker", "{}"));
        List<String> ids = new ArrayList<>();
        Map<String, String> reasons = new HashMap<>();
        for (int i = 0; i < 5; i++) {
            ids.add(accept(aRow()));
            reasons.put(ids.getLast(), "unreadable");
        }
        Futures.await(leases.take("worker", 10));
        assertEquals(List.of(), Futures.await(leases.bury("worker", reasons)));
        DeadLetters letters = new DeadLetters(REDIS.link());
        Set<String> seen = new HashSet<>();
        Optional<DeadLetters.Place> place = Optional.empty();
        int shown = 0;
        do {
            DeadLetters.Page page = Futures.await(letters.list(List.of(IRIS), place, 2));
            page.letters().forEach(letter -> seen.add(letter.id().toString()));
            shown += page.letters().size();
            place = page.next();
        } while (place.isPresent());
        assertEquals(new HashSet<>(ids), seen);
        assertEquals(5, shown);
    }

    @Test
    void aDeadLetterIsShownWithItsPayloadSentAgainAndDropped() {
        DeadLetters letters = new DeadLetters(REDIS.link());
        JobId dead = JobId.parse(aDeadLetter("worker", aJob(Lane.BULK, 10_000))).orElseThrow();
        StoredJob letter = Futures.await(letters.find(dead)).orElseThrow();
        assertEquals(10_000, letter.payload().orElseThrow().length());
        assertEquals("its worker died 1 times", letter.job().reason());
        DeadLetters.Resent.Waiting again = assertInstanceOf(
                DeadLetters.Resent.Waiting.class, Futures.await(letters.resend(dead, Duration.ofMinutes(1))));
        assertEquals(
                Optional.of(again.id()),
                Futures.await(letters.find(dead)).orElseThrow().job().resentTo());
        Futures.await(leases.register("next", "{}"));
        Take.Jobs taken = assertInstanceOf(Take.Jobs.class, Futures.await(leases.take("next", 10)));
        assertEquals(10_000, taken.jobs().getFirst().payload().remaining());
        assertInstanceOf(
                DeadLetters.Resent.Unknown.class, Futures.await(letters.resend(again.id(), Duration.ofMinutes(1))));
        assertFalse(Futures.await(letters.drop(again.id())), "it is no dead letter");

        assertTrue(Futures.await(letters.drop(dead)));
        assertFalse(Futures.await(letters.drop(dead)), "it is gone");
        assertTrue(Futures.await(letters.find(dead)).isEmpty());
        assertEquals("0", counter("dead.bytes"));
        assertEquals("0", keys("body:" + dead), "its payload is gone too");
    }

    @Test
    void countsThatLostRecordsLeftBehindHealWhenNothingIsOpen() {
        String lost = accept(aRow());
        Futures.await(REDIS.link().send(Request.cmd(Command.DEL).arg(QueueKeys.prefix(IRIS) + "job:" + lost)));
        assertEquals("1", counter("open.jobs"));
        Futures.await(leases.register("worker", "{}"));
        Futures.await(leases.take("worker", 10));
        Futures.await(reclaiming(3, Long.MAX_VALUE >> 10, Duration.ofDays(1)));
        Futures.await(leases.expire());
        for (String name : List.of("open.jobs", "open.items", "open.bytes", "waiting.jobs", "waiting.items")) {
            assertEquals("0", counter(name), name);
        }
    }

    @Test
    void onlyAWorkerWhoseRegistryHasTheAliasBringsAWithdrawnDeploymentBack() {
        DeploymentBoard board = new DeploymentBoard(REDIS.link());
        Futures.await(board.writeLive(IRIS, version("1")));
        Futures.await(board.withdraw(IRIS, new WithdrawnVersion("1", "1-abc", 7, "host/1")));
        Futures.await(board.keepLive(IRIS, version("1"), false));
        assertEquals(Optional.empty(), Futures.await(board.live(IRIS)));
        assertEquals("1-abc", Futures.await(board.withdrawn(IRIS)).orElseThrow().versionId());
        Futures.await(board.keepLive(IRIS, version("1"), true));
        assertEquals("1", live(board));
        assertEquals(Optional.empty(), Futures.await(board.withdrawn(IRIS)));
        assertEquals(Optional.empty(), Futures.await(board.read()).get(IRIS).withdrawn());
    }

    @Test
    void whatTheBoardHasLostIsWrittenAgainAndWhatStandsThereStays() {
        DeploymentBoard board = new DeploymentBoard(REDIS.link());
        Futures.await(board.keepLive(IRIS, version("1"), true));
        assertEquals("1", live(board));
        Futures.await(board.keepLive(IRIS, version("2"), true));
        assertEquals("1", live(board));
        Futures.await(REDIS.link().send(Request.cmd(Command.FLUSHALL)));
        Futures.await(board.keepLive(IRIS, version("2"), true));
        assertEquals("2", live(board));
    }

    private static String live(DeploymentBoard board) {
        return Futures.await(board.read()).get(IRIS).live().orElseThrow().version();
    }

    private static LiveVersion version(String version) {
        Signature signature = Signature.ofPicture(3, 8, 8);
        return new LiveVersion(
                version,
                "image-classification",
                "onnx",
                "OnnxRuntime",
                "For tests.",
                signature,
                signature.hash(),
                new BatchProfile(List.of(new BatchProfile.Point(1, 1))),
                1);
    }

    /** @return its id */
    private String aDeadLetter(String worker, Submission job) {
        JobLeases its = new JobLeases(REDIS.link(), job.id().deployment(), LeaseTerms.DEFAULT);
        Futures.await(its.register(worker, "{}"));
        String id = accept(job);
        Futures.await(its.take(worker, 1));
        Futures.await(REDIS.link()
                .send(Request.cmd(Command.DEL).arg(QueueKeys.prefix(job.id().deployment()) + "alive:" + worker)));
        Futures.await(reclaiming(job.id().deployment(), 1, Long.MAX_VALUE >> 10, Duration.ofDays(1)));
        return id;
    }

    private static Future<Integer> reclaiming(int mostDeaths, long bytes, Duration age) {
        return reclaiming(IRIS, mostDeaths, bytes, age);
    }

    /** @return how many died */
    private static Future<Integer> reclaiming(Deployment deployment, int mostDeaths, long bytes, Duration age) {
        return REDIS.link()
                .send(Request.cmd(Command.SET)
                        .arg(QueueKeys.prefix(deployment) + "looked")
                        .arg(""))
                .compose(_ -> new ScriptRunner(REDIS.link())
                        .run(
                                QueueScript.RECLAIM,
                                deployment,
                                List.of(9_999, 1, mostDeaths, bytes, age.toMillis(), 60_000)))
                .map(answer -> answer.get(3).toInteger());
    }

    private static String counter(String name) {
        return Futures.await(REDIS.link()
                        .send(Request.cmd(Command.HGET)
                                .arg(QueueKeys.counters(IRIS))
                                .arg(name)))
                .toString();
    }

    private static String keys(String name) {
        return Futures.await(REDIS.link().send(Request.cmd(Command.EXISTS).arg(QueueKeys.prefix(IRIS) + name)))
                .toString();
    }

    /** Of two letters of one millisecond none is the older. */
    private static void awaitNextMillisecond() {
        long start = nowMs();
        while (nowMs() == start) {
            Thread.onSpinWait();
        }
    }

    private static long nowMs() {
        Response time = Futures.await(REDIS.link().send(Request.cmd(Command.TIME)));
        return time.get(0).toLong() * 1_000 + time.get(1).toLong() / 1_000;
    }

    private String accept(Submission job) {
        return assertInstanceOf(Acceptance.Accepted.class, Futures.await(intake.accept(job)))
                .id()
                .toString();
    }

    private static Submission aRow() {
        return aJob(Lane.INTERACTIVE, 10);
    }

    private static Submission aJob(Lane lane, int bytes) {
        return aJobFor(IRIS, lane, bytes);
    }

    private static Submission aJobFor(Deployment deployment, Lane lane, int bytes) {
        return new Submission(
                JobId.random(deployment),
                lane,
                1,
                new JobPayload(JobSchema.LINES, Content.ROWS, new byte[0], new byte[bytes], List.of()),
                Duration.ofMinutes(1),
                "signature",
                REPLIES,
                "",
                List.of(),
                IdempotencyKey.NONE,
                Retention.OUTCOME_TTL);
    }

    private static Outcome outcome(String json) {
        return new Outcome(
                "7", "", 3, new Timing(1.5, 0.25, 4), new ItemResults.Lines(List.of(new ItemResult.Prediction(json))));
    }

    private static Throwable causeOf(IllegalStateException wrapped) {
        Throwable cause = wrapped.getCause();
        return cause.getCause() == null ? cause : cause.getCause();
    }
}
