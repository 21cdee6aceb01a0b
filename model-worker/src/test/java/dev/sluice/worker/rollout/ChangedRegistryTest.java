package dev.sluice.worker.rollout;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.models.LogLines;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.EarlierRelease;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.RealMlflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens in a real registry beside moving an alias: models made anew, files that are missing for a while. */
@Slow
class ChangedRegistryTest {
    @TempDir
    static Path server;

    private static RealMlflow mlflow;

    @TempDir
    Path home;

    private final List<Rollouts> running = new ArrayList<>();

    @BeforeAll
    static void startMlflow() throws Exception {
        mlflow = RealMlflow.start(server);
    }

    @AfterAll
    static void stopMlflow() throws Exception {
        mlflow.stop();
    }

    @AfterEach
    void stopWatching() throws InterruptedException {
        for (Rollouts rollouts : running) {
            rollouts.stop();
        }
    }

    @Test
    void aModelMadeAnewReplacesTheOldOneOfTheSameNumberOnEveryWorker() throws Exception {
        Deployment champion = new Deployment("made-anew", Deployment.CHAMPION);
        String number = champion(champion, ModelFolder.summing("a"));
        RolloutEvents first = watch("first", champion);
        String old = identity(first.awaitLive(champion, number));
        RolloutEvents restarted = watch("second", champion);
        assertEquals(old, identity(restarted.awaitLive(champion, number)), "the same on every worker");
        running.removeLast().stop();

        mlflow.deleteModel(champion.model());
        assertEquals(number, champion(champion, ModelFolder.takingTheLargest("a")), "the number is no identity");

        first.awaitOtherIdentity(champion, old);
        String fresh = identity(first.awaitLive(champion, number));
        RolloutEvents withOldCache = watch("second", champion);
        withOldCache.awaitOtherIdentity(champion, old);
        RolloutEvents withEmptyCache = watch("third", champion);
        assertEquals(fresh, identity(withOldCache.awaitLive(champion, number)));
        assertEquals(fresh, identity(withEmptyCache.awaitLive(champion, number)));
        assertNotEquals(old, fresh);
        assertTrue(fresh.matches(number + "-[0-9a-f]{12}"), fresh);
    }

    @Test
    void aCopyOfTheEarlierReleaseIsNeitherDownloadedNorLoadedAgain() throws Exception {
        Deployment champion = new Deployment("upgraded", Deployment.CHAMPION);
        Path model = ModelFolder.summing("a").writeTo(Files.createDirectories(home.resolve("model")));
        Files.writeString(
                model.resolve("MLmodel"),
                "\nmodel_uuid: 0123456789abcdef0123456789abcdef\n",
                StandardOpenOption.APPEND);
        String number = mlflow.register(champion.model(), model);
        Path root = home.resolve("worker");
        Path versions = Files.createDirectories(root.resolve("versions").resolve(champion.model()));
        Files.move(model, Files.createDirectory(versions.resolve(number)).resolve("files"));
        new EarlierRelease(root).seal(champion, number);

        BlockingQueue<Served> served = new LinkedBlockingQueue<>();
        watch(root, new ServedModels(served), champion);
        Served fromCache = requireNonNull(served.poll(3, TimeUnit.MINUTES));
        mlflow.pointAlias(champion.model(), champion.alias(), number);
        Served byAlias = requireNonNull(served.poll(3, TimeUnit.MINUTES));
        assertNotEquals(fromCache.identity(), byAlias.identity(), "the earlier release did not know the model's id");
        assertSame(fromCache.model(), byAlias.model(), "it was loaded again");
        try (Stream<Path> copies = Files.list(versions)) {
            assertEquals(List.of(versions.resolve(number)), copies.toList());
        }
        watch(home.resolve("empty"), new ServedModels(served), champion);
        assertEquals(
                byAlias.identity(),
                requireNonNull(served.poll(3, TimeUnit.MINUTES)).identity());
    }

    /** What a deployment serves when it goes live. */
    private record Served(String identity, BatchModel model) {}

    /** Writes down what goes live. */
    private record ServedModels(BlockingQueue<Served> served) implements RolloutListener {
        @Override
        public void onStep(Deployment deployment, RolloutState state) {}

        @Override
        public void onWithdrawn(Deployment deployment) {}

        @Override
        public void onLeftovers(Deployment deployment, boolean hasLeftovers) {}

        @Override
        public void onLive(Deployment deployment, WentLive version) {
            try (ModelSlot.Lease lease = version.slot().acquire()) {
                served.add(new Served(lease.versionId(), lease.model()));
            }
        }
    }

    @Test
    void aVersionWhoseFilesAreMissingIsRejectedWithItsReasonAndTriedAgain() throws Exception {
        Deployment champion = new Deployment("mislaid", Deployment.CHAMPION);
        Deployment other = new Deployment("beside-mislaid", Deployment.CHAMPION);
        String good = champion(champion, ModelFolder.summing("a"));
        RolloutEvents events = watch("worker", champion, other);
        ModelSlot slot = events.awaitLive(champion, good);
        String mislaid = mlflow.register(champion.model(), ModelFolder.takingTheLargest("a"));
        Path away = Files.move(mlflow.filesOf(champion.model(), mislaid), server.resolve("away"));
        mlflow.pointAlias(champion.model(), champion.alias(), mislaid);

        String reason = events.awaitRejected(champion, mislaid);
        assertTrue(reason.startsWith("the version has no files at "), reason);
        assertEquals(good, number(slot), "the live version stays");
        String beside = champion(other, ModelFolder.summing("a"));
        events.awaitLive(other, beside);
        assertEquals(
                1,
                events.statesOf(champion, mislaid).stream()
                        .filter("Rejected"::equals)
                        .count());

        Files.move(away, mlflow.filesOf(champion.model(), mislaid));
        mlflow.pointAlias(champion.model(), champion.alias(), mislaid);
        events.awaitLive(champion, mislaid);
        assertEquals(mislaid, number(slot));
    }

    @Test
    void namesThatAreNotServedAreLoggedOnceWithTheRule() throws Exception {
        List<String> names = List.of("two words", "café", "x".repeat(129));
        for (String name : names) {
            String version = mlflow.register(name, ModelFolder.summing("a"));
            mlflow.pointAlias(name, "champion", version);
        }
        Deployment served = new Deployment("well-named", Deployment.CHAMPION);
        String first = champion(served, ModelFolder.summing("a"));
        mlflow.pointAlias(served.model(), "Champion", first);
        String second = mlflow.register(served.model(), ModelFolder.takingTheLargest("a"));
        try (LogLines log = new LogLines()) {
            RolloutEvents events = watch("naming");
            events.awaitLive(served, first);
            mlflow.pointAlias(served.model(), served.alias(), second);
            // By now the aliases have been polled at least twice.
            events.awaitLive(served, second);
            for (String name : names) {
                assertEquals(
                        1, log.with("registered model '%s' is not served".formatted(name)), "one line for " + name);
            }
            assertEquals(names.size(), log.with("letters, digits, '.', '_' and '-', at most 128: rename it"));
            assertEquals(1, log.with("well-named@Champion is not served, aliases are case-sensitive"));
        }
    }

    private String champion(Deployment deployment, ModelFolder content) throws IOException, InterruptedException {
        String version = mlflow.register(deployment.model(), content);
        mlflow.pointAlias(deployment.model(), deployment.alias(), version);
        return version;
    }

    private RolloutEvents watch(String worker, Deployment... deployments) {
        RolloutEvents events = new RolloutEvents();
        watch(home.resolve(worker), events, deployments);
        return events;
    }

    private void watch(Path folder, RolloutListener events, Deployment... deployments) {
        RolloutSettings settings = new RolloutSettings(
                List.of(deployments), Duration.ofMillis(100), new LoadSettings(1, 1_000_000, home.resolve("profiles")));
        Rollouts rollouts = new Rollouts(
                new MlflowRegistry(mlflow.url()), new ArtifactCache(folder), settings, new EmptyBoard(), events);
        running.add(rollouts);
        rollouts.start();
    }

    private static String identity(ModelSlot slot) {
        try (ModelSlot.Lease lease = slot.acquire()) {
            return lease.versionId();
        }
    }

    private static String number(ModelSlot slot) {
        try (ModelSlot.Lease lease = slot.acquire()) {
            return lease.version();
        }
    }
}
