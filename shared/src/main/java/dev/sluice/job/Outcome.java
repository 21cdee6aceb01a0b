package dev.sluice.job;

/**
 * What a worker commits for a job.
 *
 * @param version number of the model version that computed it
 * @param versionId identity of that version, because a version number can be reused; empty if an earlier release wrote it
 * @param batch the number of items in the batch
 * @param results one for each item, in the order of the payload
 */
public record Outcome(String version, String versionId, int batch, Timing timing, ItemResults results) {
    public boolean hasFailures() {
        return results.hasFailures();
    }

    /** The part that belongs to items {@code from} (inclusive) to {@code to} (exclusive). */
    public Outcome slice(int from, int to) {
        return new Outcome(version, versionId, batch, timing, results.slice(from, to));
    }
}
