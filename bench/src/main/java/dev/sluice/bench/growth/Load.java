package dev.sluice.bench.growth;

import dev.sluice.bench.sample.IrisRows;
import dev.sluice.job.Content;
import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.job.Lane;
import dev.sluice.model.Deployment;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Jobs that are all alike.
 *
 * @param items in each
 */
record Load(int items, JobPayload payload, String signatureHash) {
    private static final Duration DEADLINE = Duration.ofHours(1);

    /** As a client's POST of so many rows becomes one job. */
    static Load ofRows(int rows) {
        JobPayload payload = JobPayload.ofRows(JobSchema.NEWEST, IrisRows.columns(rows));
        return new Load(rows, payload, hash(Content.ROWS));
    }

    /** One picture of so many bytes. */
    static Load ofPicture(int bytes) {
        byte[] picture = new byte[bytes];
        new Random(bytes).nextBytes(picture);
        return new Load(1, JobPayload.ofPictures(JobSchema.NEWEST, List.of(picture)), hash(Content.PICTURES));
    }

    /** @param replyTo channel of whoever waits; empty when nobody does */
    Submission job(Deployment deployment, String replyTo) {
        return new Submission(
                JobId.random(deployment),
                Lane.INTERACTIVE,
                items,
                payload,
                DEADLINE,
                signatureHash,
                replyTo,
                "",
                List.of(),
                IdempotencyKey.NONE,
                Retention.SYNCHRONOUS);
    }

    private static String hash(Content content) {
        return FixedTimeModel.signature(content).hash();
    }
}
