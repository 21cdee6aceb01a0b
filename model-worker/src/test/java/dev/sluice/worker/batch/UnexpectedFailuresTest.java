package dev.sluice.worker.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.queue.JobRecord;
import dev.sluice.queue.QueueKeys;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.inference.Answers;
import dev.sluice.worker.inference.BatchModel;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.rollout.LoadedSlot;
import dev.sluice.worker.rollout.ModelSlot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails in a way that nobody foresaw costs the job that it is about, a bounded number of tries, and no other job. */
class UnexpectedFailuresTest {
    private static final double POISON = 666;

    @TempDir
    Path folder;

    private LoadedModel model;
    private final AtomicInteger inferences = new AtomicInteger();

    @BeforeEach
    void load() throws Exception {
        model = LoadedModel.load(
                ModelFolder.summing("a").writeTo(folder.resolve("model")),
                "digest",
                new LoadSettings(1, 1_000_000, folder.resolve("profiles")));
        model.warmUp(Duration.ofMillis(200));
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void anItemOverWhichTheModelThrowsFailsAndTheRestOfItsBatchIsAnswered() throws Exception {
        poisonCostsItselfOnly(results -> {
            throw new IllegalStateException("a fault in the code");
        });
    }

    @Test
    void anItemThatGetsNoResultFailsAndTheRestOfItsBatchIsAnswered() throws Exception {
        poisonCostsItselfOnly(results -> results.slice(1, results.size()));
    }

    @Test
    void aJobWhoseResultCannotBeWrittenIsADeadLetterAfterTwoTries() throws Exception {
        // Nothing can be written without the version.
        try (RunningService service = new RunningService(slot(UnaryOperator.identity(), null))) {
            List<JobId> ids = List.of(accept(service, 1), accept(service, 2), accept(service, 3));
            service.start();
            for (JobId id : ids) {
                JobRecord record = service.awaitEnd(id);
                assertEquals(JobState.DEAD, record.state());
                assertTrue(record.reason().startsWith("unexpected failure while running the job: "), record.reason());
            }
            assertTrue(inferences.get() <= 2 * ids.size(), inferences + " inferences");
        }
    }

    private void poisonCostsItselfOnly(UnaryOperator<ItemResults.Tensors> fault) throws Exception {
        try (RunningService service = new RunningService(slot(fault, "1"))) {
            List<JobId> good = new ArrayList<>();
            JobId bad = accept(service, POISON);
            for (int i = 0; i < 7; i++) {
                good.add(accept(service, i));
            }
            service.start();
            for (int i = 0; i < good.size(); i++) {
                JobRecord record = service.awaitEnd(good.get(i));
                assertEquals(JobState.DONE, record.state());
                assertEquals(
                        List.of(new ItemResult.Prediction("{\"value\":%d.0}".formatted(i))),
                        Answers.writtenOut(
                                model, OutcomeCodec.decode(record.outcome()).results()));
            }
            JobRecord record = service.awaitEnd(bad);
            assertEquals(JobState.FAILED, record.state());
            String detail = assertInstanceOf(
                            ItemResult.Failed.class,
                            Answers.writtenOut(
                                            model,
                                            OutcomeCodec.decode(record.outcome())
                                                    .results())
                                    .getFirst())
                    .failure()
                    .detail();
            assertTrue(detail.matches("[a-z0-9 ']+: .+") && !detail.contains("Exception"), detail);
            assertTrue(inferences.get() <= 16, inferences + " inferences for 8 jobs");
            String released =
                    service.redis("HGET", QueueKeys.prefix(RunningService.SUM) + "counters", "total.released");
            assertEquals("", released, "nothing went back");
        }
    }

    private JobId accept(RunningService service, double value) throws InterruptedException {
        return service.accept(model.signatureHash(), List.of(Tensor.reals("a", value)));
    }

    /** The real model, with a fault where its answer is the poison. */
    private ModelSlot slot(UnaryOperator<ItemResults.Tensors> fault, String version) {
        return new WrappedSlot(LoadedSlot.serving(model)) {
            @Override
            String version(Lease lease) {
                return version;
            }

            @Override
            ItemResults.Tensors infer(BatchModel real, PreparedItems items) throws InferenceException {
                inferences.incrementAndGet();
                ItemResults.Tensors results = real.infer(items);
                boolean poisoned = Answers.writtenOut(real, results)
                        .contains(new ItemResult.Prediction("{\"value\":%s}".formatted(POISON)));
                return poisoned ? fault.apply(results) : results;
            }
        };
    }
}
