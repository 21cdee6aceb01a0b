package dev.sluice.worker.batch;

import dev.sluice.queue.TakenJob;
import java.util.List;

/**
 * Jobs as taken from the queue.
 *
 * @param incarnation the name they were taken under, and must be committed under
 * @param takenNanos when work on them began, by {@link System#nanoTime()}: before they were taken
 */
record TakenBatch(String incarnation, long takenNanos, List<TakenJob> jobs) {
    int items() {
        return jobs.stream().mapToInt(TakenJob::items).sum();
    }

    List<String> ids() {
        return jobs.stream().map(TakenJob::id).toList();
    }
}
