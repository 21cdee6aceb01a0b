package dev.sluice.worker.rollout;

import dev.sluice.worker.registry.AliasTarget;
import java.time.Duration;
import java.util.Optional;

/**
 * What the polls have shown since the last report.
 *
 * @param target where the alias points now; empty when there is none
 * @param isMoved it has been set or deleted, or its model has changed
 * @param wasDeleted there was no alias in between
 * @param absentFor for how long the registry has said that there is none; zero when there is one
 */
record AliasReport(Optional<AliasTarget> target, boolean isMoved, boolean wasDeleted, Duration absentFor) {}
