package dev.sluice.job;

import java.util.List;

/**
 * What a worker commits for a job.
 *
 * @param version number of the model version that computed it
 * @param versionId identity of that version, because a version number can be reused; empty if an earlier release wrote it
 * @param batch the number of items in the batch
 * @param items one result per item, in the order of the payload
 */
public record Outcome(String version, String versionId, int batch, Timing timing, List<ItemResult> items) {
    public Outcome {
        items = List.copyOf(items);
    }

    /** Without the identity of its version. */
    public Outcome(String version, int batch, Timing timing, List<ItemResult> items) {
        this(version, "", batch, timing, items);
    }

    public boolean hasFailures() {
        return items.stream().anyMatch(ItemResult.Failed.class::isInstance);
    }

    /** The part that belongs to items {@code from} (inclusive) to {@code to} (exclusive). */
    public Outcome slice(int from, int to) {
        return new Outcome(version, versionId, batch, timing, items.subList(from, to));
    }
}
