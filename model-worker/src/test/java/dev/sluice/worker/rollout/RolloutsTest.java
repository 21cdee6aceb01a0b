package dev.sluice.worker.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.job.ItemResult;
import dev.sluice.model.Deployment;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.inference.Answers;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.FlakyNetwork;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.MlflowServer;
import dev.sluice.worker.registry.RealMlflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Moving an alias in a real MLflow is the deployment; each test has a model and a cache of its own. */
@Slow
class RolloutsTest {
    private static final String SUM = "{\"value\":3.0}";
    private static final String LARGEST = "{\"value\":2.0}";

    @TempDir
    static Path server;

    private static RealMlflow mlflow;

    /** Profiles and verdicts of all tests: their models are the same few. */
    @TempDir
    static Path shared;

    @TempDir
    Path cache;

    private final List<Rollouts> running = new ArrayList<>();
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
    void nameTheModelLikeTheTest(TestInfo test) {
        champion = new Deployment(test.getTestMethod().orElseThrow().getName(), Deployment.CHAMPION);
    }

    @AfterEach
    void stopWatching() throws InterruptedException {
        for (Rollouts rollouts : running) {
            rollouts.stop();
        }
    }

    @Test
    void aMovedAliasFlipsAndTheWayBackIsQuick() throws Exception {
        String first = champion(ModelFolder.summing("a", "b"));
        String second = register(ModelFolder.takingTheLargest("a", "b"));
        RolloutEvents events = watch(champion);
        ModelSlot slot = events.awaitLive(champion, first);
        assertEquals(SUM, answer(slot));

        moveTo(second);
        events.awaitLive(champion, second);
        assertEquals(LARGEST, answer(slot));
        assertEquals(
                List.of("Discovered", "Downloading", "Verifying", "WarmingUp", "Ready", "Live"),
                events.statesOf(champion, second));
        assertEquals("Retired", events.statesOf(champion, first).getLast());

        long moved = System.nanoTime();
        moveTo(first);
        events.awaitLive(champion, first);
        assertTrue(System.nanoTime() - moved < Duration.ofSeconds(5).toNanos());
        assertEquals(SUM, answer(slot));
    }

    @Test
    void aBatchKeepsTheVersionItBeganWith() throws Exception {
        String first = champion(ModelFolder.summing("a", "b"));
        RolloutEvents events = watch(champion);
        ModelSlot slot = events.awaitLive(champion, first);
        try (ModelSlot.Lease lease = slot.acquire()) {
            for (int i = 0; i < 4; i++) {
                String next = register(ModelFolder.takingTheLargest("a", "b"));
                moveTo(next);
                events.awaitLive(champion, next);
            }
            assertEquals(first, lease.version());
            assertEquals(SUM, answer(lease.model()));
        }
        assertEquals(LARGEST, answer(slot));
    }

    @Test
    void aBrokenFileIsRejectedWithItsReasonAndWhatIsLiveStays() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        RolloutEvents events = watch(champion);
        ModelSlot slot = events.awaitLive(champion, good);
        String broken = register(ModelFolder.summing("a", "b").onnxFile("lost.onnx"));
        moveTo(broken);
        assertEquals(
                "its onnx flavor names 'lost.onnx', which is missing from the version's files: log it with the model",
                events.awaitRejected(champion, broken));
        assertEquals(SUM, answer(slot));
    }

    @Test
    void anotherInputSignatureIsRejectedWithItsReason() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        RolloutEvents events = watch(champion);
        ModelSlot slot = events.awaitLive(champion, good);
        String changed = register(ModelFolder.summing("a", "c"));
        moveTo(changed);
        String reason = events.awaitRejected(champion, changed);
        assertTrue(reason.contains("input signature differs"), reason);
        assertEquals(SUM, answer(slot));
    }

    @Test
    void aVersionThatFailsOnItsOwnExampleIsRejected() throws Exception {
        String poisoned =
                champion(ModelFolder.readingNumbersFromText().example(List.of("text", "plus"), List.of("poison", 1)));
        RolloutEvents events = watch(champion);
        String reason = events.awaitRejected(champion, poisoned);
        assertTrue(reason.startsWith("its input example fails: "), reason);
    }

    @Test
    void aRejectedVersionIsTriedAgainOnlyWhenTheAliasHasMoved() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        RolloutEvents events = watch(champion);
        events.awaitLive(champion, good);
        String changed = register(ModelFolder.summing("a", "c"));
        moveTo(changed);
        events.awaitRejected(champion, changed);
        // Another deployment's rollout takes several looks at the aliases.
        String next = register(ModelFolder.takingTheLargest("a", "b"));
        moveTo(next);
        events.awaitLive(champion, next);
        assertEquals(1, count(events.statesOf(champion, changed), "Rejected"));
        moveTo(changed);
        moveTo(good);
        events.awaitLive(champion, good);
    }

    @Test
    void withTheRegistryAwayTheLastGoodVersionStartsFromTheCache() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        watch(champion).awaitLive(champion, good);
        stopWatching();
        try (FlakyNetwork network = FlakyNetwork.before(mlflow)) {
            network.become(FlakyNetwork.Mood.SILENT);
            RolloutEvents events = watch(network.url(), cache, champion);
            assertEquals(SUM, answer(events.awaitLive(champion, good)));

            String next = register(ModelFolder.takingTheLargest("a", "b"));
            moveTo(next);
            network.become(FlakyNetwork.Mood.GOOD);
            assertEquals(LARGEST, answer(events.awaitLive(champion, next)));
        }
    }

    @Test
    void aDownloadThatBreaksOffIsRepeated() throws Exception {
        String good = champion(ModelFolder.summing("a", "b").with("notes", "x".repeat(60_000)));
        try (FlakyNetwork network = FlakyNetwork.before(mlflow)) {
            network.become(FlakyNetwork.Mood.BREAKS_OFF);
            RolloutEvents events = watch(network.url(), cache, champion);
            events.awaitSteps(champion, good, "Downloading", 2);
            network.become(FlakyNetwork.Mood.GOOD);
            assertEquals(SUM, answer(events.awaitLive(champion, good)));
            assertEquals(0, count(events.statesOf(champion, good), "Rejected"));
        }
    }

    @Test
    void aDamagedCacheIsFetchedAgain() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        watch(champion).awaitLive(champion, good);
        stopWatching();
        Files.write(cached("model.onnx"), new byte[] {1, 2, 3});
        assertEquals(SUM, answer(watch(champion).awaitLive(champion, good)));
    }

    @Test
    void aCachedVersionWithoutItsSumsIsFetchedAgain() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        watch(champion).awaitLive(champion, good);
        stopWatching();
        Files.write(cached("model.onnx"), new byte[] {1, 2, 3});
        Files.delete(cached("SHA256SUMS"));
        assertEquals(SUM, answer(watch(champion).awaitLive(champion, good)));
    }

    @Test
    void workersThatShareACacheDoNotDisturbEachOther() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        List<RolloutEvents> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(watch(champion));
        }
        for (RolloutEvents worker : workers) {
            assertEquals(SUM, answer(worker.awaitLive(champion, good)));
        }
        try (Stream<Path> left = Files.list(cache.resolve("downloads"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void twoAliasesOfOneVersionShareOneModel() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        Deployment challenger = new Deployment(champion.model(), "challenger");
        mlflow.pointAlias(champion.model(), "challenger", good);
        RolloutEvents events = watch(champion, challenger);
        try (ModelSlot.Lease one = events.awaitLive(champion, good).acquire();
                ModelSlot.Lease other = events.awaitLive(challenger, good).acquire()) {
            assertSame(one.model(), other.model());
        }
    }

    @Test
    void withoutNamesEveryModelWithAChampionIsServedAlsoThoseThatComeLater() throws Exception {
        RolloutEvents events = watch();
        String late = champion(ModelFolder.summing("a", "b"));
        assertEquals(SUM, answer(events.awaitLive(champion, late)));
    }

    @Test
    void withoutNamesAnAliasThatIsDeletedAndSetAgainHasItsVersionTriedAgain() throws Exception {
        String good = champion(ModelFolder.summing("a", "b"));
        RolloutEvents events = watch();
        ModelSlot slot = events.awaitLive(champion, good);
        String changed = register(ModelFolder.summing("a", "c"));
        moveTo(changed);
        events.awaitRejected(champion, changed);
        mlflow.deleteAlias(champion.model(), Deployment.CHAMPION);
        // Once another model's version is live, the aliases have been polled without it.
        Deployment other = new Deployment("polled-meanwhile", Deployment.CHAMPION);
        String beside = mlflow.register(other.model(), ModelFolder.summing("a", "b"));
        mlflow.pointAlias(other.model(), other.alias(), beside);
        events.awaitLive(other, beside);
        assertEquals(SUM, answer(slot));
        moveTo(changed);
        events.awaitSteps(champion, changed, "Rejected", 2);
    }

    private String champion(ModelFolder content) throws IOException, InterruptedException {
        String version = register(content);
        moveTo(version);
        return version;
    }

    private String register(ModelFolder content) throws IOException, InterruptedException {
        return mlflow.register(champion.model(), content);
    }

    private void moveTo(String version) throws IOException, InterruptedException {
        mlflow.pointAlias(champion.model(), Deployment.CHAMPION, version);
    }

    private RolloutEvents watch(Deployment... deployments) {
        return watch(mlflow.url(), cache, deployments);
    }

    private RolloutEvents watch(String url, Path folder, Deployment... deployments) {
        RolloutEvents events = new RolloutEvents();
        RolloutSettings settings = new RolloutSettings(
                List.of(deployments),
                Duration.ofMillis(100),
                new LoadSettings(1, 1_000_000, shared.resolve("profiles")));
        Rollouts rollouts = new Rollouts(
                new MlflowRegistry(MlflowServer.at(url)),
                new ArtifactCache(folder),
                settings,
                new EmptyBoard(),
                events);
        running.add(rollouts);
        rollouts.start();
        return events;
    }

    private Path cached(String name) throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    private static long count(List<String> states, String state) {
        return states.stream().filter(state::equals).count();
    }

    private static String answer(ModelSlot slot) throws InferenceException {
        try (ModelSlot.Lease lease = slot.acquire()) {
            return answer(lease.model());
        }
    }

    private static String answer(BatchModel model) throws InferenceException {
        List<Tensor> row = List.of(Tensor.reals("a", 1), Tensor.reals("b", 2));
        ItemResult result = Answers.of(model, Answers.rows(model, row)).getFirst();
        return assertInstanceOf(ItemResult.Prediction.class, result).json();
    }
}
