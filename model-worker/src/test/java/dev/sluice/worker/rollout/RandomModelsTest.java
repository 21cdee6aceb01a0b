package dev.sluice.worker.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.ProcessMemory;
import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.models.RandomModels;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.MlflowServer;
import dev.sluice.worker.registry.RealMlflow;
import dev.sluice.worker.trial.TrialLimits;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.JMException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is registered, each version ends Live or Rejected with a reason, and another model follows its alias all the while. */
@Slow
class RandomModelsTest {
    private static final int MODELS = ChaosForm.count(10, 300);
    private static final int POINTED_PER_MOVE = 5;
    private static final Duration PROMISED = Duration.ofSeconds(5);
    /** Of what the first models load once. */
    private static final long MOST_GROWTH = 2L << 20;
    /** Twice what a model of the long form adds, a third of them live. */
    private static final long MOST_GROWTH_PER_MODEL = 24L << 10;
    /** In the files of each model: to keep those of a few exceeds the bounds. */
    private static final int BYTES_OF_EACH = 512 << 10;

    @TempDir
    Path folder;

    private final List<Rollouts> running = new ArrayList<>();

    @AfterEach
    void stopRollouts() throws InterruptedException {
        for (Rollouts rollouts : running) {
            rollouts.stop();
        }
    }

    @Test
    void everyRandomModelIsLiveOrRejectedWithAReasonWhileAnotherModelFollowsItsAlias() throws Exception {
        System.out.println("random models: " + ChaosForm.describe());
        RealMlflow mlflow = RealMlflow.start(Files.createDirectories(folder.resolve("mlflow")));
        try {
            Map<Deployment, String> all = registerAll(mlflow);
            Deployment steady = new Deployment("steady", Deployment.CHAMPION);
            List<String> versions = List.of(
                    mlflow.register("steady", ModelFolder.summing("a", "b")),
                    mlflow.register("steady", ModelFolder.takingTheLargest("a", "b")));
            RolloutEvents events = new RolloutEvents();
            HeapAfterCollection before = HeapAfterCollection.measure(LoadedModel.class);
            printProcess("before the first rollout");
            Rollouts rollouts = start(mlflow, events);
            running.add(rollouts);
            for (String version : versions) {
                mlflow.pointAlias("steady", Deployment.CHAMPION, version);
                events.awaitLive(steady, version);
            }
            HeapAfterCollection warm = HeapAfterCollection.measure(LoadedModel.class);
            List<Duration> moves = new ArrayList<>();
            int pointed = 0;
            for (Map.Entry<Deployment, String> model : all.entrySet()) {
                mlflow.pointAlias(model.getKey().model(), model.getKey().alias(), model.getValue());
                if (++pointed % POINTED_PER_MOVE == 0) {
                    moves.add(move(mlflow, events, steady, versions.get(moves.size() % 2)));
                }
            }
            while (!all.entrySet().stream().allMatch(model -> end(events, model).isPresent())) {
                moves.add(move(mlflow, events, steady, versions.get(moves.size() % 2)));
            }
            Duration slowest = Collections.max(moves);
            assertEquals(List.of(), rollouts.endedThreads());
            long live = report(all, events, moves.size(), slowest);
            printProcess("after the last rollout");
            rollouts.stop();
            printProcess("after the stop");
            requireOnlyServedInMemory(before.instances(), warm.bytes(), live, versions.size());
            assertEquals(
                    List.of(),
                    ProcessHandle.current()
                            .children()
                            .filter(RandomModelsTest::isTrial)
                            .toList());
            if (ChaosForm.isLong()) {
                assertTrue(
                        slowest.compareTo(PROMISED) <= 0,
                        () -> "another model took %d ms to follow its alias".formatted(slowest.toMillis()));
            }
        } finally {
            mlflow.stop();
        }
    }

    private Map<Deployment, String> registerAll(RealMlflow mlflow) throws Exception {
        RandomModels random = new RandomModels(ChaosForm.seed());
        Map<Deployment, String> all = new TreeMap<>();
        for (int i = 0; i < MODELS; i++) {
            Deployment deployment = new Deployment("random-%03d".formatted(i), Deployment.CHAMPION);
            Path model = random.writeTo(folder.resolve("models").resolve(deployment.model()));
            Files.write(model.resolve("large.bin"), new byte[BYTES_OF_EACH]);
            all.put(deployment, mlflow.register(deployment.model(), model));
        }
        return all;
    }

    private Rollouts start(RealMlflow mlflow, RolloutEvents events) {
        Path cache = folder.resolve("cache");
        Rollouts rollouts = new Rollouts(
                new MlflowRegistry(MlflowServer.at(mlflow.url())),
                new ArtifactCache(cache),
                new RolloutSettings(
                        List.of(),
                        Duration.ofSeconds(1),
                        new LoadSettings(1, 1_000_000, cache.resolve("profiles")),
                        new TrialLimits(2L << 30, Duration.ofSeconds(60)),
                        WithdrawalSettings.DEFAULT),
                new EmptyBoard(),
                events);
        rollouts.start();
        return rollouts;
    }

    private static Optional<RolloutEvents.Event> end(RolloutEvents events, Map.Entry<Deployment, String> model) {
        return events.endOf(model.getKey(), model.getValue());
    }

    /** A rejected version leaves nothing loaded, and no alias that moves adds to what stays. */
    private static void requireOnlyServedInMemory(long loadedBefore, long bytesBefore, long live, int steadyVersions)
            throws JMException {
        HeapAfterCollection now = HeapAfterCollection.measure(LoadedModel.class);
        long loaded = now.instances() - loadedBefore;
        long grown = now.bytes() - bytesBefore;
        System.out.printf("random models: %d models stay loaded, the heap has grown by %d KB%n", loaded, grown >> 10);
        assertTrue(
                loaded <= live + steadyVersions,
                () -> "%d models stay loaded for %d live ones and %d versions of the steady one"
                        .formatted(loaded, live, steadyVersions));
        assertTrue(
                grown <= MOST_GROWTH + MODELS * MOST_GROWTH_PER_MODEL,
                () -> "the heap has grown by %d KB".formatted(grown >> 10));
    }

    /** Not asserted: the engines and the allocator decide how much of what is freed goes back to the system. */
    private static void printProcess(String when) {
        System.out.printf(
                "random models: %s %d threads, at most %d MB resident so far%n",
                when,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ProcessMemory.peakOf(ProcessHandle.current().pid()).orElse(0) >> 20);
    }

    /** @return how many are live */
    private static long report(Map<Deployment, String> all, RolloutEvents events, int moves, Duration slowest) {
        List<String> reasons = new ArrayList<>();
        long live = 0;
        for (Map.Entry<Deployment, String> model : all.entrySet()) {
            RolloutEvents.Event end = end(events, model).orElseThrow();
            if (end.state().equals("Live")) {
                live++;
            } else {
                assertFalse(end.reason().isBlank(), () -> "no reason: " + end);
                assertFalse(end.reason().contains("unexpected error"), () -> "not foreseen: " + end);
                reasons.add(end.reason());
            }
        }
        System.out.printf(
                "random models: %d live, %d rejected for %d reasons; another model moved %d times, slowest %d ms%n",
                live, reasons.size(), reasons.stream().distinct().count(), moves, slowest.toMillis());
        reasons.stream().distinct().sorted().forEach(reason -> System.out.println("  " + reason));
        return live;
    }

    /** @return how long the worker took from the moment at which the registry had moved the alias */
    private static Duration move(RealMlflow mlflow, RolloutEvents events, Deployment deployment, String version)
            throws Exception {
        mlflow.pointAlias(deployment.model(), deployment.alias(), version);
        long moved = System.nanoTime();
        events.awaitLive(deployment, version);
        return Duration.ofNanos(System.nanoTime() - moved);
    }

    private static boolean isTrial(ProcessHandle child) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(child.pid()), "cmdline"))) {
            return lines.anyMatch(line -> line.contains("TrialProcess"));
        } catch (java.io.IOException | java.io.UncheckedIOException gone) {
            return false;
        }
    }
}
