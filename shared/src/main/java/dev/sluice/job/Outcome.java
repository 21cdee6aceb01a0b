package dev.sluice.job;

import java.util.List;

/**
 * What a worker commits for a job.
 *
 * @param version the model version that made it
 * @param batch how many items ran together
 * @param items one result per item, in the order of the payload
 */
public record Outcome(String version, int batch, Timing timing, List<ItemResult> items) {
    public Outcome {
        items = List.copyOf(items);
    }

    public boolean hasFailures() {
        return items.stream().anyMatch(ItemResult.Failed.class::isInstance);
    }

    /** The part that belongs to items {@code from} (inclusive) to {@code to} (exclusive). */
    public Outcome slice(int from, int to) {
        return new Outcome(version, batch, timing, items.subList(from, to));
    }
}
