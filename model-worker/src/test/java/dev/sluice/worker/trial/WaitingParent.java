package dev.sluice.worker.trial;

import dev.sluice.worker.inference.LoadSettings;
import java.nio.file.Path;
import java.time.Duration;

/** A process that waits for the verdict on a version, and is killed meanwhile. */
final class WaitingParent {
    private WaitingParent() {}

    /** @param args the version's folder, and one for everything else */
    public static void main(String[] args) throws Exception {
        LoadSettings loading = new LoadSettings(1, 1_000_000, Path.of(args[1], "profiles"));
        TrialLimits limits = new TrialLimits(TrialLimits.halfOfTheMemory(), Duration.ofMinutes(10));
        var _ = new ModelTrials(loading, limits).verdict(Path.of(args[0]), "waiting", Duration.ofSeconds(1));
    }
}
