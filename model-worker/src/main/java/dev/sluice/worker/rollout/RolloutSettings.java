package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.trial.TrialLimits;
import java.time.Duration;
import java.util.List;

/**
 * What is served, and how the registry is watched.
 *
 * @param trial what the trial of a version may use
 * @param withdrawal what becomes of a deployment whose alias is gone
 * @param deployments none: every registered model that has the alias champion, also those that come later
 */
public record RolloutSettings(
        List<Deployment> deployments,
        Duration watchInterval,
        LoadSettings loading,
        TrialLimits trial,
        WithdrawalSettings withdrawal) {
    public RolloutSettings {
        deployments = List.copyOf(deployments);
    }

    public RolloutSettings(List<Deployment> deployments, Duration watchInterval, LoadSettings loading) {
        this(deployments, watchInterval, loading, TrialLimits.DEFAULT, WithdrawalSettings.DEFAULT);
    }
}
