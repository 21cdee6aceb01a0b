package dev.sluice.monitor.feedback;

import dev.sluice.job.JobId;
import java.time.Instant;

/**
 * The label of one item.
 *
 * @param job as the caller knows it
 * @param item its place in the caller's request
 * @param truth JSON of a single value
 * @param given by Redis's clock
 */
record TrueItem(JobId job, int item, String truth, Instant given) {}
