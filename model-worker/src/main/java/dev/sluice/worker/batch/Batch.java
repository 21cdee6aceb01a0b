package dev.sluice.worker.batch;

import dev.sluice.job.Content;
import dev.sluice.queue.TakenJob;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.time.Duration;
import java.util.List;

/**
 * Jobs that run together on one version.
 *
 * @param incarnation the name they were taken under, and must be committed under
 * @param takenNanos when work on it began, by {@link System#nanoTime()}: before it was taken
 * @param model in use until the batch has ended
 * @param jobs each with its decoded items, in the order of the lane
 */
record Batch(String incarnation, long takenNanos, ModelSlot.Lease model, List<PreparedJob> jobs) {

    /** A taken job with its items decoded. */
    record PreparedJob(TakenJob job, PreparedItems items, Duration decoding) {}

    int items() {
        return jobs.stream().mapToInt(job -> job.items().size()).sum();
    }

    /** Each picture costs what it costs in any batch; rows are decoded together with their job, which is part of what a batch costs. */
    Duration decodingOfPictures() {
        return jobs.stream()
                .filter(job -> job.job().content().equals(Content.PICTURES.wireName()))
                .map(PreparedJob::decoding)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** A batch of only one of its jobs. */
    Batch only(PreparedJob job) {
        return new Batch(incarnation, takenNanos, model, List.of(job));
    }

    /**
     * A job after two deaths has its last attempt, and runs item by item. After one death it is taken alone but runs unchanged: the job
     * rarely causes the death, and a group of 32 rows would delay others by 32 inferences.
     */
    boolean isOnItsLastChance() {
        return jobs.stream().anyMatch(job -> job.job().deaths() > 1);
    }
}
