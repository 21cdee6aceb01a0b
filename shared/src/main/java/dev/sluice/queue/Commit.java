package dev.sluice.queue;

import dev.sluice.job.Outcome;

/**
 * One job's end: done, or failed when items have no prediction.
 *
 * @param input what the prediction log says of its input; empty: the payload itself
 */
public record Commit(String id, Outcome outcome, boolean failed, String input) {

    /** Whose payload is logged as it is. */
    public Commit(String id, Outcome outcome, boolean failed) {
        this(id, outcome, failed, "");
    }
}
