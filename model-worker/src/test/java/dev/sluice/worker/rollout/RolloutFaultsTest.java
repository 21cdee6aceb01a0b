package dev.sluice.worker.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.models.EndlessTorchScript;
import dev.sluice.worker.models.JavaProcess;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.MlflowServer;
import dev.sluice.worker.registry.RealMlflow;
import dev.sluice.worker.trial.TrialLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One version's fault is a verdict on that version: it neither ends a thread nor delays another model. */
@Slow
class RolloutFaultsTest {
    @TempDir
    static Path server;

    private static RealMlflow mlflow;

    /** Profiles and verdicts of all tests. */
    @TempDir
    static Path shared;

    @TempDir
    Path cache;

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
    void stopRollouts() throws InterruptedException {
        for (Rollouts rollouts : running) {
            rollouts.stop();
        }
    }

    @Test
    void everyThrowableOfOneRolloutIsItsRejectionAndOtherModelsStillRollOut() throws Exception {
        List<Supplier<Throwable>> faults = List.of(
                () -> new OutOfMemoryError("Cannot reserve 805306368 bytes of direct buffer memory"),
                () -> new IllegalStateException("k is 0"));
        for (Supplier<Throwable> fault : faults) {
            String name = "fails-" + fault.get().getClass().getSimpleName();
            Deployment failing = new Deployment(name, Deployment.CHAMPION);
            Deployment other = new Deployment("other-" + name, Deployment.CHAMPION);
            String version = champion(failing, ModelFolder.summing("a", "b"));
            RolloutEvents events = new RolloutEvents().failingAt(failing, "WarmingUp", fault);
            Rollouts rollouts = watch(events, failing, other);
            String reason = events.awaitRejected(failing, version);
            assertTrue(reason.contains("memory") || reason.contains("unexpected error"), reason);
            String good = champion(other, ModelFolder.summing("a", "b"));
            events.awaitLive(other, good);
            assertEquals(List.of(), rollouts.endedThreads());
        }
    }

    @Test
    void aFaultAfterTheFlipLeavesTheVersionLive() throws Exception {
        Deployment failing = new Deployment("fails-after-the-flip", Deployment.CHAMPION);
        String version = champion(failing, ModelFolder.summing("a", "b"));
        RolloutEvents events =
                new RolloutEvents().failingAt(failing, "Live", () -> new IllegalStateException("no board"));
        watch(events, failing);
        ModelSlot slot = events.awaitLive(failing, version);
        try (ModelSlot.Lease lease = slot.acquire()) {
            assertEquals(version, lease.version());
        }
    }

    @Test
    void aVersionThatAsksForTooMuchIsRejectedBeforeAnythingIsAllocated() throws Exception {
        Deployment wide = new Deployment("wide", Deployment.CHAMPION);
        String version = champion(wide, ModelFolder.seeingColours(20_000, 20_000));
        Deployment large = new Deployment("large", Deployment.CHAMPION);
        String other = champion(large, ModelFolder.seeingColours(2_048, 2_048));
        RolloutEvents events = new RolloutEvents();
        watch(events, wide, large);
        assertEquals(
                "the input of one item is 4800000000 bytes, the limit is 33554432: use a model with smaller inputs, or raise --item-bytes",
                events.awaitRejected(wide, version));
        assertEquals(
                "the input of one item is 50331648 bytes, the limit is 33554432: use a model with smaller inputs, or raise --item-bytes",
                events.awaitRejected(large, other));
    }

    @Test
    void whileOneVersionHangsAnotherModelFollowsItsAliasAndANewerTargetEndsTheTrial() throws Exception {
        Deployment endless = new Deployment("endless", Deployment.CHAMPION);
        String hanging = mlflow.register(endless.model(), EndlessTorchScript.writeTo(cache.resolve("endless")));
        mlflow.pointAlias(endless.model(), endless.alias(), hanging);
        Deployment other = new Deployment("beside-endless", Deployment.CHAMPION);
        String first = champion(other, ModelFolder.summing("a", "b"));
        String second = mlflow.register(other.model(), ModelFolder.takingTheLargest("a", "b"));
        RolloutEvents events = new RolloutEvents();
        watch(events, endless, other);
        events.awaitLive(other, first);
        events.awaitSteps(endless, hanging, "WarmingUp", 1);
        for (String version : List.of(second, first)) {
            mlflow.pointAlias(other.model(), other.alias(), version);
            events.awaitLive(other, version);
        }
        assertEquals("WarmingUp", events.statesOf(endless, hanging).getLast());

        String ending = champion(endless, ModelFolder.seeingColours(150, 150));
        events.awaitLive(endless, ending);
        assertEquals("WarmingUp", events.statesOf(endless, hanging).getLast());
    }

    @Test
    void aVersionThatEndedTheWorkerTwiceWhileItWasLoadedIsRejectedUntilItsAliasIsSetAgain() throws Exception {
        Deployment deadly = new Deployment("deadly", Deployment.CHAMPION);
        String version = champion(deadly, ModelFolder.takingTheLargest("a", "b"));
        for (int start = 0; start < 2; start++) {
            Path log = cache.resolve("worker.log");
            Process worker = JavaProcess.of(
                            DyingWorker.class.getName(),
                            mlflow.url(),
                            cache.toString(),
                            shared.resolve("profiles").toString(),
                            deadly.toString())
                    .redirectOutput(log.toFile())
                    .start();
            assertEquals(DyingWorker.CRASHED, worker.waitFor(), Files.readString(log));
        }
        RolloutEvents events = new RolloutEvents();
        watch(events, deadly);
        assertEquals(
                "the worker ended 2 times while loading it, though it passed its trial: give the worker more memory or export the model again, then set the alias again to try once more",
                events.awaitRejected(deadly, version));
        events.awaitLive(deadly, champion(deadly, ModelFolder.summing("a", "b")));
        mlflow.pointAlias(deadly.model(), deadly.alias(), version);
        events.awaitLive(deadly, version);
    }

    @Test
    void anEndedAliasWatcherIsNamed() throws Exception {
        Rollouts rollouts = watch(new RolloutEvents(), new Deployment("none", Deployment.CHAMPION));
        Thread watcher = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("alias-watcher"))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of(), rollouts.endedThreads());
        watcher.interrupt();
        watcher.join();
        assertEquals(List.of("alias-watcher"), rollouts.endedThreads());
    }

    private String champion(Deployment deployment, ModelFolder content) throws IOException, InterruptedException {
        String version = mlflow.register(deployment.model(), content);
        mlflow.pointAlias(deployment.model(), deployment.alias(), version);
        return version;
    }

    private Rollouts watch(RolloutEvents events, Deployment... deployments) {
        RolloutSettings settings = new RolloutSettings(
                List.of(deployments),
                Duration.ofMillis(100),
                new LoadSettings(1, 1_000_000, shared.resolve("profiles")),
                new TrialLimits(TrialLimits.halfOfTheMemory(), Duration.ofMinutes(10)),
                WithdrawalSettings.DEFAULT);
        Rollouts rollouts = new Rollouts(
                new MlflowRegistry(MlflowServer.at(mlflow.url())),
                new ArtifactCache(cache),
                settings,
                new EmptyBoard(),
                events);
        running.add(rollouts);
        rollouts.start();
        return rollouts;
    }
}
