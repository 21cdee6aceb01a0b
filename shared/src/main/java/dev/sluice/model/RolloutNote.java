package dev.sluice.model;

import static java.util.Objects.requireNonNullElse;

/**
 * A step of a rollout, for people to read.
 *
 * @param state the name of the rollout's state, for example {@code Live} or {@code Rejected}
 * @param version the version that the step was about
 * @param reason the reason of a rejection or a note on the step; may be empty
 * @param at epoch milliseconds
 * @param worker host and process id of the worker that took the step; empty if unknown
 */
public record RolloutNote(String state, String version, String reason, long at, String worker) {
    /** Entries of an earlier release have no worker. */
    public RolloutNote {
        worker = requireNonNullElse(worker, "");
    }
}
