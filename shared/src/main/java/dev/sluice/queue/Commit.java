package dev.sluice.queue;

import dev.sluice.job.Outcome;

/** One job's end: done, or failed when items have no prediction. */
public record Commit(String id, Outcome outcome, boolean failed) {}
