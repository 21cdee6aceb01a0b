package dev.sluice.queue;

import dev.sluice.job.Outcome;

/**
 * The end of one job: done, or failed if items have no prediction.
 *
 * @param input the job's input in the prediction log; if empty, the payload itself
 */
public record Commit(String id, Outcome outcome, boolean failed, String input) {

    /** A commit whose payload is logged unchanged. */
    public Commit(String id, Outcome outcome, boolean failed) {
        this(id, outcome, failed, "");
    }
}
