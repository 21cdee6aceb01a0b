package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.MlflowServer;
import dev.sluice.worker.trial.TrialLimits;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker's rollouts in a process that crashes as soon as it loads a version. */
final class DyingWorker {
    static final int CRASHED = 139;

    private DyingWorker() {}

    /** @param args MLflow's address, the cache, the folder of profiles, and a deployment */
    public static void main(String[] args) throws Exception {
        Path profiles = Path.of(args[2]);
        new Rollouts(
                        new MlflowRegistry(MlflowServer.at(args[0])),
                        new ArtifactCache(Path.of(args[1])),
                        settings(profiles, Deployment.parse(args[3])),
                        new EmptyBoard(),
                        new RolloutEvents())
                .start();
        Path verdicts = profiles.resolveSibling("verdicts");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!isLoading(verdicts)) {
            if (System.nanoTime() > end) {
                Runtime.getRuntime().halt(1);
            }
            Thread.onSpinWait();
        }
        Runtime.getRuntime().halt(CRASHED);
    }

    static RolloutSettings settings(Path profiles, Deployment deployment) {
        return new RolloutSettings(
                List.of(deployment),
                Duration.ofMillis(100),
                new LoadSettings(1, 1_000_000, profiles),
                new TrialLimits(TrialLimits.halfOfTheMemory(), Duration.ofMinutes(10)),
                WithdrawalSettings.DEFAULT);
    }

    /** A mark that is not this process's may lie there already. */
    private static boolean isLoading(Path verdicts) throws Exception {
        if (!Files.isDirectory(verdicts)) {
            return false;
        }
        String own = "process " + ProcessHandle.current().pid() + ",";
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(verdicts, "*.loading")) {
            for (Path mark : marks) {
                if (Files.readString(mark).startsWith(own)) {
                    return true;
                }
            }
        }
        return false;
    }
}
