package dev.sluice.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Slow;
import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.job.JobState;
import dev.sluice.job.Lane;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.RolloutNote;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.queue.Acceptance;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.JobRecord;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import dev.sluice.queue.Take;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.models.LogLines;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.registry.RealMlflow;
import dev.sluice.worker.rollout.WithdrawalSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A deployment whose alias, version or model was deleted in a real registry: out of service everywhere, and back with the alias. */
@Slow
class WithdrawalTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration AFTER = Duration.ofSeconds(1);
    private static final WithdrawalSettings STOP = new WithdrawalSettings(WithdrawalSettings.Policy.STOP, AFTER);
    private static final WithdrawalSettings SERVE = new WithdrawalSettings(WithdrawalSettings.Policy.SERVE, AFTER);

    private static final String OTHER = "another-worker";
    private static final LeaseTerms ALIVE_FOR_LONG = new LeaseTerms(
            Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofMinutes(15), 3, 1 << 20, Duration.ofDays(1), 0);

    @TempDir
    static Path server;

    @TempDir
    static Path shared;

    private static RealMlflow mlflow;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<WorkerParts> workers = new ArrayList<>();
    private RealRedis redis;
    private RedisLink link;
    private DeploymentBoard board;
    private JobIntake intake;
    private Deployment champion = new Deployment("unnamed", Deployment.CHAMPION);

    @BeforeAll
    static void startMlflow() throws Exception {
        mlflow = RealMlflow.start(server);
    }

    @AfterAll
    static void stopMlflow() throws Exception {
        mlflow.stop();
    }

    @BeforeEach
    void start(TestInfo test) throws Exception {
        champion = new Deployment(test.getTestMethod().orElseThrow().getName(), Deployment.CHAMPION);
        redis = RealRedis.start();
        link = RedisLink.open(vertx, redis.url(), "test", Duration.ofSeconds(5));
        Await.answer(link.connected());
        board = new DeploymentBoard(link);
        intake = new JobIntake(link, QueueBudget.DEFAULT, Duration.ofSeconds(30), Duration.ofHours(1));
    }

    @AfterEach
    void stop() throws Exception {
        for (WorkerParts worker : workers) {
            worker.stop();
        }
        Await.answer(vertx.close());
        redis.close();
    }

    @Test
    void aDeletedModelIsWithdrawnByEveryWorkerAndStaysSoAfterARestart() throws Exception {
        String first = champion(ModelFolder.summing("a", "b"));
        WorkerParts restarted = startWorker("A", STOP, List.of(champion));
        startWorker("B", STOP, List.of());
        awaitLive(first);
        await("two workers", () -> workersOnBoard() == 2);
        String identity = live().orElseThrow().versionId();

        mlflow.deleteModel(champion.model());
        await("no worker", () -> workersOnBoard() == 0);
        WithdrawnVersion withdrawn = withdrawn().orElseThrow();
        assertEquals(first, withdrawn.version());
        assertEquals(identity, withdrawn.versionId());
        assertEquals(Optional.empty(), live());
        await("both have said so", () -> workersThat("Withdrawn").size() == 2);
        await("the caches have forgotten it", () -> notesOnDisk().isEmpty());

        workers.remove(restarted);
        restarted.stop();
        startWorker("A again", "cache-A", STOP, List.of(champion));
        String other = champion(ModelFolder.summing("a", "b", "c"));
        awaitLive(other);
        await("all serve it", () -> workersThat("Live").size() == 4);
        assertEquals(
                List.of(first, first, other, other),
                notes("Live").map(RolloutNote::version).toList(),
                "the restarted worker has not served the deleted one");
        assertEquals(Optional.empty(), withdrawn());
    }

    @Test
    void whatWasAcceptedIsAnsweredBeforeTheModelIsUnloaded() throws Exception {
        JobId open = heldByAnotherWorker();
        String first = champion(ModelFolder.summing("a", "b"));
        startWorker("A", STOP, List.of(champion));
        awaitLive(first);
        List<JobId> jobs = new ArrayList<>();
        String signature = live().orElseThrow().signatureHash();
        mlflow.deleteAlias(champion.model(), champion.alias());
        // Until the queue itself refuses them.
        JobId next = JobId.random(champion);
        while (Await.answer(intake.accept(submission(next, signature))) instanceof Acceptance.Accepted) {
            jobs.add(next);
            next = JobId.random(champion);
        }
        assertTrue(withdrawn().isPresent());
        for (JobId job : jobs) {
            await("the job is done", () -> record(job).state() == JobState.DONE);
        }
        assertEquals(2, workersOnBoard(), "it stays while anything is open");
        end(open);
        await("it has left", () -> workersOnBoard() == 0);

        mlflow.pointAlias(champion.model(), champion.alias(), first);
        awaitLive(first);
    }

    @Test
    void anAliasThatIsSetAgainWhileTheModelIsWithdrawnKeepsIt() throws Exception {
        JobId open = heldByAnotherWorker();
        String first = champion(ModelFolder.summing("a", "b"));
        startWorker("A", STOP, List.of(champion));
        awaitLive(first);
        mlflow.deleteAlias(champion.model(), champion.alias());
        await("it is withdrawn", () -> withdrawn().isPresent());
        mlflow.pointAlias(champion.model(), champion.alias(), first);
        awaitLive(first);
        end(open);
        assertEquals(Optional.empty(), withdrawn());
        assertEquals(1, notes("Live").count(), "the same version was served all the while");
        assertEquals(1, workersOnBoard());
    }

    @Test
    void aVersionWithOtherColumnsGoesLiveOnAllWorkersOnceTheOldOneIsServedOut() throws Exception {
        JobId open = heldByAnotherWorker();
        String first = champion(ModelFolder.summing("a", "b"));
        startWorker("A", STOP, List.of(champion));
        startWorker("B", STOP, List.of());
        awaitLive(first);
        await("both serve it", () -> workersOnBoard() == 3);
        String signature = live().orElseThrow().signatureHash();
        mlflow.deleteAlias(champion.model(), champion.alias());
        await("it is withdrawn", () -> withdrawn().isPresent());
        assertEquals(
                new Acceptance.Refused(Acceptance.Reason.WITHDRAWN),
                Await.answer(intake.accept(submission(JobId.random(champion), signature))));

        String other = champion(ModelFolder.summing("a", "b", "c"));
        assertEquals(Optional.empty(), live(), "not before the old one is served out");
        end(open);
        awaitLive(other);
        await("both serve it", () -> workersThat("Live").size() == 4);
        assertEquals(
                List.of(first, first, other, other),
                notes("Live").map(RolloutNote::version).toList());
        assertEquals(0, workersThat("Rejected").size());
        assertEquals(other, live().orElseThrow().version());
    }

    @Test
    void whatADeadWorkerHeldOfAWithdrawnModelEndsToo() throws Exception {
        LiveVersion live = liveWithoutAWorker();
        JobLeases soonDead = new JobLeases(link, champion, LeaseTerms.DEFAULT);
        JobId held = accept(live.signatureHash());
        Await.answer(soonDead.register(OTHER, "{}"));
        assertEquals(
                1, ((Take.Jobs) Await.answer(soonDead.take(OTHER, 1))).jobs().size());
        mlflow.deleteModel(champion.model());

        startWorker("with an empty cache", STOP, List.of());
        await("it is withdrawn", () -> withdrawn().isPresent());
        await("what was held waits no longer", () -> {
            var _ = Await.answer(intake.endWithdrawn(champion, "the model was withdrawn"));
            return record(held).state() == JobState.DEAD;
        });
        await("the dead worker is removed", () -> workersOnBoard() == 0);
    }

    @Test
    void aModelOfWhichNoVersionWentLiveIsWithdrawnToo() throws Exception {
        String broken = champion(ModelFolder.summing("a", "b").withoutSignature());
        startWorker("A", STOP, List.of(champion));
        await("it is rejected", () -> !workersThat("Rejected").isEmpty());
        mlflow.deleteModel(champion.model());
        await("it is withdrawn", () -> withdrawn().isPresent());
        assertEquals(broken, withdrawn().orElseThrow().version());
        await("the board says so", () -> workersThat("Withdrawn").size() == 1);
    }

    @Test
    void whatTheBoardShowsAsLiveAndNobodyServesIsWithdrawnByAWorkerThatNeverServedIt() throws Exception {
        LiveVersion live = liveWithoutAWorker();
        JobId job = accept(live.signatureHash());
        mlflow.deleteModel(champion.model());
        assertEquals(0, Await.answer(intake.endWithdrawn(champion, "too early")), "it is not withdrawn yet");

        startWorker("with an empty cache", STOP, List.of());
        await("it is withdrawn", () -> withdrawn().isPresent());
        assertEquals(1, Await.answer(intake.endWithdrawn(champion, "the model was withdrawn")));
        assertEquals(JobState.DEAD, record(job).state());
        assertEquals("the model was withdrawn", record(job).reason());
        assertEquals(0, Await.answer(board.backlog(champion)).openJobs());
    }

    @Test
    void aWorkerThatIsToldToServesOnAndSaysSo() throws Exception {
        String first = champion(ModelFolder.summing("a", "b"));
        startWorker("A", SERVE, List.of(champion));
        awaitLive(first);
        try (LogLines log = new LogLines()) {
            mlflow.deleteAlias(champion.model(), champion.alias());
            await("it has said so", () -> !workersThat("ServedOn").isEmpty());
            String reason = notes("ServedOn").findFirst().orElseThrow().reason();
            assertTrue(
                    reason.matches(
                            "the registry has had no alias 'champion' for \\d+ s; it is still served, because of --withdrawn serve"),
                    reason);
            String line = champion + ": " + reason;
            await("and logged it", () -> log.with(line) == 1);
        }
        assertEquals(first, live().orElseThrow().version());
        JobId job = accept(live().orElseThrow().signatureHash());
        await("it serves", () -> record(job).state() == JobState.DONE);

        mlflow.pointAlias(champion.model(), champion.alias(), first);
        await(
                "the board shows that the alias is back",
                () -> workersThat("Live").size() == 2);
    }

    /** What the board shows once its only worker has left. */
    private LiveVersion liveWithoutAWorker() throws Exception {
        String version = champion(ModelFolder.summing("a", "b"));
        WorkerParts gone = startWorker("A", STOP, List.of(champion));
        awaitLive(version);
        workers.remove(gone);
        gone.stop();
        return live().orElseThrow();
    }

    /** A job that is open until {@link #end}. */
    private JobId heldByAnotherWorker() throws InterruptedException {
        JobId job = accept("its signature does not matter");
        Await.answer(leases().register(OTHER, "{}"));
        assertEquals(
                1, ((Take.Jobs) Await.answer(leases().take(OTHER, 1))).jobs().size());
        return job;
    }

    private void end(JobId held) throws InterruptedException {
        assertEquals(List.of(), Await.answer(leases().bury(OTHER, Map.of(held.toString(), "the test has ended it"))));
        assertTrue(Await.answer(leases().leave(OTHER)));
    }

    private JobLeases leases() {
        return new JobLeases(link, champion, ALIVE_FOR_LONG);
    }

    private JobId accept(String signature) throws InterruptedException {
        JobId id = JobId.random(champion);
        Acceptance acceptance = Await.answer(intake.accept(submission(id, signature)));
        assertTrue(acceptance instanceof Acceptance.Accepted, acceptance.toString());
        return id;
    }

    private static Submission submission(JobId id, String signature) {
        return new Submission(
                id,
                Lane.BULK,
                1,
                JobPayload.ofRows(JobSchema.NEWEST, List.of(number("a"), number("b"))),
                Duration.ofMinutes(10),
                signature,
                "",
                "",
                List.of(),
                IdempotencyKey.NONE,
                Retention.OUTCOME_TTL);
    }

    private static Tensor number(String column) {
        return Tensor.reals(column, 1);
    }

    private JobRecord record(JobId id) throws InterruptedException {
        return Await.answer(intake.find(id)).orElseThrow();
    }

    private WorkerParts startWorker(String name, WithdrawalSettings withdrawal, List<Deployment> deployments)
            throws InterruptedException {
        return startWorker(name, "cache-" + name, withdrawal, deployments);
    }

    private WorkerParts startWorker(
            String name, String cache, WithdrawalSettings withdrawal, List<Deployment> deployments)
            throws InterruptedException {
        WorkerParts worker = new WorkerParts(
                vertx,
                redis.url(),
                mlflow.url(),
                name,
                folder.resolve(cache),
                shared.resolve("profiles"),
                withdrawal,
                deployments);
        workers.add(worker);
        return worker;
    }

    private String champion(ModelFolder content) throws IOException, InterruptedException {
        String version = mlflow.register(champion.model(), content);
        mlflow.pointAlias(champion.model(), champion.alias(), version);
        return version;
    }

    private Optional<LiveVersion> live() throws InterruptedException {
        return Await.answer(board.live(champion));
    }

    private Optional<WithdrawnVersion> withdrawn() throws InterruptedException {
        return Await.answer(board.withdrawn(champion));
    }

    private int workersOnBoard() throws InterruptedException {
        return Await.answer(board.read()).get(champion).workers().size();
    }

    /** In the order of the steps. */
    private Stream<RolloutNote> notes(String state) throws InterruptedException {
        return Await.answer(board.endedRollouts(champion)).reversed().stream()
                .filter(note -> note.state().equals(state));
    }

    private List<String> workersThat(String state) throws InterruptedException {
        return notes(state).map(RolloutNote::worker).toList();
    }

    /** In any cache, by which a restart would serve the deployment. */
    private List<Path> notesOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).equals(champion.toString()))
                    .toList();
        }
    }

    private void awaitLive(String version) throws Exception {
        await(
                "version " + version + " is live",
                () -> live().map(LiveVersion::version).equals(Optional.of(version)));
    }

    private void await(String what, Callable<Boolean> reached) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!reached.call()) {
            assertTrue(System.nanoTime() < end, () -> "not within three minutes: " + what);
            Thread.sleep(20);
        }
    }
}
