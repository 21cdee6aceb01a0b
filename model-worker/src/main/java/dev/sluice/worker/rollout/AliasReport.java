package dev.sluice.worker.rollout;

import dev.sluice.worker.registry.AliasTarget;
import java.util.Optional;

/**
 * What the polls have shown since the last report.
 *
 * @param target where the alias points now; empty when there is none
 * @param isMoved it has been set or deleted, or its model has changed
 * @param wasDeleted there was no alias in between
 */
record AliasReport(Optional<AliasTarget> target, boolean isMoved, boolean wasDeleted) {}
