package dev.sluice.worker.batch;

import static dev.sluice.worker.batch.RunningService.SUM;
import static dev.sluice.worker.batch.RunningService.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.chaos.Slow;
import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.model.BatchProfile;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.JobRecord;
import dev.sluice.queue.QueueKeys;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.rollout.LoadedSlot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stop ends in time, and costs no job anything that it has not started. */
@Timeout(120)
@Slow
class StoppedServiceTest {
    /** 3 ms a batch: as soon as that is over, the next one is taken. */
    private static final BatchProfile QUICK = new BatchProfile(List.of(new BatchProfile.Point(1, 333)));
    /** 10 s a batch: one that waits for a loop waits for longer than a stop waits for a take. */
    private static final BatchProfile SLOW = new BatchProfile(List.of(new BatchProfile.Point(1, 0.1)));

    @TempDir
    Path folder;

    private LoadedModel model;

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
    void aJobThatWaitsForALoopWhenTheWorkerStopsGoesBackWithoutADeath() throws Exception {
        GatedSlot slot = new GatedSlot(LoadedSlot.serving(model), QUICK);
        try (RunningService service = new RunningService(slot)) {
            service.start();
            List<JobId> running = List.of(accept(service), accept(service));
            until("both loops infer", () -> slot.inferring() == 2);
            slot.expect(SLOW);
            JobId waiting = accept(service);
            until("the third is taken, and waits for a loop", () -> stateOf(service, waiting) == JobState.RUNNING);
            Thread stop = Thread.ofVirtual().start(() -> drain(service, Duration.ofMinutes(1)));
            until("it is back in the queue", () -> stateOf(service, waiting) == JobState.WAITING);
            assertEquals(2, slot.inferring(), "before the running ones have ended");
            slot.open();
            stop.join();
            assertEquals(0, service.find(waiting).orElseThrow().deaths());
            for (JobId id : running) {
                assertEquals(JobState.DONE, stateOf(service, id));
            }
            assertEquals("0", service.redis("HLEN", QueueKeys.prefix(SUM) + "workers"), "it has unregistered");
        }
    }

    @Test
    void jobsWhoseInferenceOutlastsTheStopGoBackWithoutADeath() throws Exception {
        GatedSlot slot = new GatedSlot(LoadedSlot.serving(model), QUICK);
        try (RunningService service = new RunningService(slot)) {
            service.start();
            JobId job = accept(service);
            until("it is inferred", () -> slot.inferring() == 1);
            drain(service, Duration.ofSeconds(1));
            JobRecord record = service.find(job).orElseThrow();
            assertEquals(JobState.WAITING, record.state());
            assertEquals(0, record.deaths());
            assertEquals("0", service.redis("HLEN", QueueKeys.prefix(SUM) + "workers"), "it has unregistered");
            slot.open();
            until("the inference has ended", () -> slot.inferring() == 0);
        }
    }

    @Test
    void aStopEndsInTimeWhileRedisIsAwayAndResultsWaitToBeCommitted() throws Exception {
        GatedSlot slot = new GatedSlot(LoadedSlot.serving(model), QUICK);
        try (RunningService service = new RunningService(slot)) {
            service.start();
            JobId job = accept(service);
            until("it is inferred", () -> slot.inferring() == 1);
            service.killRedis();
            slot.open();
            until("the result is there", () -> slot.inferring() == 0);
            drain(service, Duration.ofSeconds(1));
            service.startRedisAgain();
            JobLeases another = new JobLeases(service.link(), SUM, RunningService.TERMS);
            until("another worker reclaims its job", () -> {
                Await.answer(another.reclaim());
                return stateOf(service, job) == JobState.WAITING;
            });
        }
    }

    private static void drain(RunningService service, Duration within) {
        try {
            service.drain(within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JobState stateOf(RunningService service, JobId id) throws InterruptedException {
        return service.find(id).orElseThrow().state();
    }

    private JobId accept(RunningService service) throws InterruptedException {
        return service.accept(model.signatureHash(), List.of(Tensor.reals("a", 1)));
    }
}
