package dev.sluice.worker.batch;

import dev.sluice.job.Content;
import dev.sluice.job.Failure;
import dev.sluice.queue.Submission;
import dev.sluice.queue.TakenJob;
import dev.sluice.worker.batch.Batch.PreparedJob;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Turns taken jobs into a batch: reads and decodes payloads, several at a time. A picture that cannot be decoded becomes a failed item in
 * its place; a job that is not as the API writes it is set aside.
 */
final class BatchAssembler {
    private final ExecutorService decoders;

    /** @param decoders as many threads as there are cores: decoding is native work */
    BatchAssembler(ExecutorService decoders) {
        this.decoders = decoders;
    }

    /**
     * What became of the jobs.
     *
     * @param batch may be empty
     * @param unreadable reasons by id
     */
    record Assembled(Batch batch, Map<String, String> unreadable) {}

    Assembled assemble(String incarnation, long takenNanos, ModelSlot.Lease model, List<TakenJob> jobs)
            throws InterruptedException {
        List<Future<PreparedJob>> decoding = new ArrayList<>(jobs.size());
        for (TakenJob job : jobs) {
            decoding.add(decoders.submit(() -> prepare(model.model(), job)));
        }
        List<PreparedJob> prepared = new ArrayList<>(jobs.size());
        Map<String, String> unreadable = new LinkedHashMap<>();
        for (int i = 0; i < jobs.size(); i++) {
            try {
                prepared.add(decoding.get(i).get());
            } catch (ExecutionException e) {
                unreadable.put(jobs.get(i).id(), reasonOf(e.getCause()));
            }
        }
        return new Assembled(new Batch(incarnation, takenNanos, model, prepared), unreadable);
    }

    /** An error of the machine (no memory, say) is nobody's payload. */
    private static String reasonOf(@Nullable Throwable why) {
        return switch (why) {
            case Error error -> throw error;
            case IllegalArgumentException sentence -> String.valueOf(sentence.getMessage());
            case null, default -> "its payload cannot be read: " + why;
        };
    }

    private static PreparedJob prepare(BatchModel model, TakenJob job) {
        long start = System.nanoTime();
        PreparedItems items = itemsOf(model, job);
        return new PreparedJob(job, items, Duration.ofNanos(System.nanoTime() - start));
    }

    /** @throws IllegalArgumentException when it is not a job that can be run */
    private static PreparedItems itemsOf(BatchModel model, TakenJob job) {
        if (job.schema() != Submission.SCHEMA) {
            throw new IllegalArgumentException(
                    "its record is of schema %d, and there is none but %d".formatted(job.schema(), Submission.SCHEMA));
        }
        if (job.payload() == null) {
            throw new IllegalArgumentException("its payload is gone");
        }
        if (job.items() > job.payload().length()) {
            throw new IllegalArgumentException(
                    "it has %d bytes for %d items".formatted(job.payload().length(), job.items()));
        }
        if (!job.signature().equals(model.signatureHash())) {
            return PreparedItems.failed(
                    job.items(),
                    new Failure(
                            Failure.Kind.SIGNATURE_MISMATCH,
                            "it was accepted for another input signature than the live version's: send it again"));
        }
        PreparedItems items =
                model.prepare(Content.ofWire(job.content()), job.payload().getBytes(), partsOf(job));
        if (items.size() != job.items()) {
            throw new IllegalArgumentException("it holds %d items and says %d".formatted(items.size(), job.items()));
        }
        return items;
    }

    private static List<Integer> partsOf(TakenJob job) {
        try {
            return job.parts().isEmpty()
                    ? List.of()
                    : Arrays.stream(job.parts().split(","))
                            .map(Integer::valueOf)
                            .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("its record's parts are no numbers", e);
        }
    }
}
