package dev.sluice.worker.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.model.Deployment;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.RealMlflow;
import java.io.IOException;
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
class RolloutFaultsTest {
    @TempDir
    static Path server;

    private static RealMlflow mlflow;

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
                new LoadSettings(1, 1_000_000, cache.resolve("profiles")));
        Rollouts rollouts = new Rollouts(new MlflowRegistry(mlflow.url()), new ArtifactCache(cache), settings, events);
        running.add(rollouts);
        rollouts.start();
        return rollouts;
    }
}
