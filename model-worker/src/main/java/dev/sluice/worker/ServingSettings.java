package dev.sluice.worker;

import dev.sluice.model.Deployment;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.rollout.RolloutSettings;
import dev.sluice.worker.rollout.WithdrawalSettings;
import dev.sluice.worker.trial.TrialLimits;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** Which models are served, from the trial of a version to its withdrawal. */
final class ServingSettings implements Settings {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** A JVM and an engine need about as much. */
    private static final long LEAST_TRIAL_MEMORY = 256L << 20;

    @Option(
            names = "--models",
            description =
                    "Models to serve, model or model@alias, comma separated; none: every registered model with the"
                            + " alias champion.")
    String models = "";

    @Option(names = "--watch-interval", description = "How often the aliases are read.")
    Duration watchInterval = Duration.ofSeconds(1);

    @Option(
            names = "--trial-memory",
            description = "Most bytes of memory that the trial of a version may use, in a process of its own; a version"
                    + " that needs more is rejected; 0: half of the machine's or the container's.")
    long trialMemory = 0;

    @Option(
            names = "--trial-timeout",
            description = "How long the trial of a version may take; a version that takes longer is rejected.")
    Duration trialTimeout = TrialLimits.DEFAULT.timeout();

    @Option(
            names = "--withdrawn",
            description =
                    "What becomes of a model whose alias was deleted: stop (requests are refused, accepted ones are answered,"
                            + " then it is unloaded) or serve.")
    WithdrawalSettings.Policy withdrawn = WithdrawalSettings.DEFAULT.policy();

    @Option(
            names = "--withdrawn-after",
            description =
                    "How long the registry must have said that the alias does not exist; while it does not answer, nothing is"
                            + " withdrawn.")
    Duration withdrawnAfter = WithdrawalSettings.DEFAULT.after();

    RolloutSettings rollouts(LoadSettings loading) {
        return new RolloutSettings(
                deployments(),
                watchInterval,
                loading,
                new TrialLimits(trialMemory == 0 ? TrialLimits.halfOfTheMemory() : trialMemory, trialTimeout),
                new WithdrawalSettings(withdrawn, withdrawnAfter));
    }

    private List<Deployment> deployments() {
        return models.isBlank()
                ? List.of()
                : Arrays.stream(models.split(","))
                        .map(String::strip)
                        .map(Deployment::parse)
                        .toList();
    }

    @Override
    public void check(SettingsFaults faults) {
        faults.requireReadable("--models", this::deployments);
        faults.requireAtLeast("--watch-interval", watchInterval, Duration.ofMillis(100));
        if (trialMemory != 0 && trialMemory < LEAST_TRIAL_MEMORY) {
            faults.add("--trial-memory is too small: choose 0, or at least %d".formatted(LEAST_TRIAL_MEMORY));
        }
        faults.requireAtLeast("--trial-timeout", trialTimeout, SHORTEST);
        faults.requireAtLeast("--withdrawn-after", withdrawnAfter, SHORTEST);
    }
}
