package dev.sluice.model;

import static java.util.Objects.requireNonNullElse;

/**
 * A step of a rollout, as people read it.
 *
 * @param state the name of the rollout's state, for example {@code Live} or {@code Rejected}
 * @param version the version that the step was about
 * @param reason why it was rejected or what was done; empty when there is nothing to say
 * @param at epoch milliseconds
 * @param worker the process that took the step: its host and process id; empty when that was not written
 */
public record RolloutNote(String state, String version, String reason, long at, String worker) {
    /** What an earlier release wrote names no worker. */
    public RolloutNote {
        worker = requireNonNullElse(worker, "");
    }
}
