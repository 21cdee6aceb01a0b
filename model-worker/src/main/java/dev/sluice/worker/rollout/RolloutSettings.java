package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.worker.inference.LoadSettings;
import java.time.Duration;
import java.util.List;

/**
 * What is served, and how the registry is watched.
 *
 * @param deployments none: every registered model that has the alias champion, also those that come later
 */
public record RolloutSettings(List<Deployment> deployments, Duration watchInterval, LoadSettings loading) {
    public RolloutSettings {
        deployments = List.copyOf(deployments);
    }
}
