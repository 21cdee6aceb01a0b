package dev.sluice.worker.trial;

import dev.sluice.worker.inference.LoadSettings;
import java.nio.file.Path;
import java.time.Duration;

/** A process that waits for the verdict on a version, and is killed meanwhile. */
final class WaitingParent {
    private WaitingParent() {}

    /** @param args the version's folder, and one for everything else */
    public static void main(String[] args) throws Exception {
        await(Path.of(args[0]), Path.of(args[1]));
    }

    static void await(Path model, Path folder) throws TrialUnavailableException, InterruptedException {
        LoadSettings loading = new LoadSettings(1, 1_000_000, folder.resolve("profiles"));
        TrialLimits limits = new TrialLimits(TrialLimits.halfOfTheMemory(), Duration.ofMinutes(10));
        // The same for both processes, whatever their class paths look like.
        VerdictScope scope = new VerdictScope("engines", "build", "processor");
        var _ = new ModelTrials(loading, limits, scope, 2).verdict(model, "waiting", Duration.ofSeconds(1));
    }
}
