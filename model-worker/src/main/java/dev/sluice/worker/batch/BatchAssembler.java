package dev.sluice.worker.batch;

import dev.sluice.job.Failure;
import dev.sluice.job.JobInput;
import dev.sluice.job.JobSchema;
import dev.sluice.queue.TakenJob;
import dev.sluice.worker.batch.Batch.PreparedJob;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns taken jobs into a batch: reads and decodes payloads. A picture that cannot be decoded becomes a failed item in its place; a job
 * that does not have the form that the API writes becomes unreadable.
 */
final class BatchAssembler {
    private static final Logger LOG = LoggerFactory.getLogger(BatchAssembler.class);

    private final JobInput.Reader reader = new JobInput.Reader();

    /**
     * The result of the assembly.
     *
     * @param batch may be empty
     * @param unreadable reasons by id
     */
    record Assembled(Batch batch, Map<String, String> unreadable) {}

    Assembled assemble(TakenBatch taken, ModelSlot.Lease model) {
        List<PreparedJob> prepared = new ArrayList<>(taken.jobs().size());
        Map<String, String> unreadable = new LinkedHashMap<>();
        for (TakenJob job : taken.jobs()) {
            try {
                prepared.add(prepare(model.model(), job));
            } catch (IllegalArgumentException e) {
                unreadable.put(job.id(), String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.warn("{}: unexpected failure while reading the payload", job.id(), e);
                unreadable.put(job.id(), "its payload cannot be read: find its id in the worker's log");
            }
        }
        return new Assembled(new Batch(taken.incarnation(), taken.takenNanos(), model, prepared), unreadable);
    }

    private PreparedJob prepare(BatchModel model, TakenJob job) {
        long start = System.nanoTime();
        PreparedItems items = itemsOf(model, job);
        return new PreparedJob(job, items, Duration.ofNanos(System.nanoTime() - start));
    }

    /** @throws IllegalArgumentException when it is not a job that can be run */
    private PreparedItems itemsOf(BatchModel model, TakenJob job) {
        JobSchema.ofNumber(job.schema());
        if (job.payload() == null) {
            throw new IllegalArgumentException("its payload is missing: send the request again");
        }
        if (job.items() > job.payload().remaining()) {
            throw new IllegalArgumentException("its payload has %d bytes for %d items: send the request again"
                    .formatted(job.payload().remaining(), job.items()));
        }
        if (!job.signature().equals(model.signatureHash())) {
            return PreparedItems.failed(
                    job.items(),
                    new Failure(
                            Failure.Kind.SIGNATURE_MISMATCH,
                            "the live version has another input signature than the one that it was checked against: send it again"));
        }
        PreparedItems items = model.prepare(reader.read(job.input(), job.payload()));
        if (items.size() != job.items()) {
            throw new IllegalArgumentException(
                    "its payload holds %d items and its record says %d: send the request again"
                            .formatted(items.size(), job.items()));
        }
        return items;
    }
}
