package dev.sluice.worker.batch;

import dev.sluice.job.Content;
import dev.sluice.job.Failure;
import dev.sluice.queue.TakenJob;
import dev.sluice.worker.batch.Batch.PreparedJob;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.rollout.ModelSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Turns taken jobs into a batch: reads and decodes payloads, several at a time; what cannot be read becomes a failed item in its place. */
final class BatchAssembler {
    private final ExecutorService decoders;

    /** @param decoders as many threads as there are cores: decoding is native work */
    BatchAssembler(ExecutorService decoders) {
        this.decoders = decoders;
    }

    Batch assemble(String incarnation, ModelSlot.Lease model, List<TakenJob> jobs) throws InterruptedException {
        List<Future<PreparedJob>> decoding = new ArrayList<>(jobs.size());
        for (TakenJob job : jobs) {
            decoding.add(decoders.submit(() -> prepare(model.model(), job)));
        }
        List<PreparedJob> prepared = new ArrayList<>(jobs.size());
        for (Future<PreparedJob> one : decoding) {
            try {
                prepared.add(one.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("preparing must turn what is wrong with a job into its failure", e);
            }
        }
        return new Batch(incarnation, model, prepared);
    }

    private static PreparedJob prepare(LoadedModel model, TakenJob job) {
        long start = System.nanoTime();
        PreparedItems items = itemsOf(model, job);
        return new PreparedJob(job, items, Duration.ofNanos(System.nanoTime() - start));
    }

    private static PreparedItems itemsOf(LoadedModel model, TakenJob job) {
        if (!job.signature().equals(model.signatureHash())) {
            return PreparedItems.failed(
                    job.items(),
                    new Failure(
                            Failure.Kind.SIGNATURE_MISMATCH,
                            "it was accepted for another input signature than the live version's: send it again"));
        }
        if (job.payload() == null) {
            return unreadable(job, "its payload is gone");
        }
        try {
            List<Integer> parts = job.parts().isEmpty()
                    ? List.of()
                    : Arrays.stream(job.parts().split(","))
                            .map(Integer::valueOf)
                            .toList();
            PreparedItems items =
                    model.prepare(Content.ofWire(job.content()), job.payload().getBytes(), parts);
            return items.size() == job.items()
                    ? items
                    : unreadable(job, "it holds %d items and says %d".formatted(items.size(), job.items()));
        } catch (IllegalArgumentException e) {
            return unreadable(job, String.valueOf(e.getMessage()));
        }
    }

    private static PreparedItems unreadable(TakenJob job, String why) {
        return PreparedItems.failed(Math.max(1, job.items()), new Failure(Failure.Kind.UNREADABLE_PAYLOAD, why));
    }
}
