package dev.sluice.worker.batch;

import dev.sluice.model.Deployment;
import dev.sluice.redis.Backoff;
import dev.sluice.worker.batch.BatchAssembler.Assembled;
import dev.sluice.worker.lease.Incarnation;
import dev.sluice.worker.rollout.ModelSlot;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes and infers one batch after another on a thread of its own. Several loops in parallel keep all cores busy with one thread per
 * inference, because they wait at different times.
 */
final class InferenceLoop {
    private static final Logger LOG = LoggerFactory.getLogger(InferenceLoop.class);

    private final Deployment deployment;
    private final Incarnation incarnation;
    private final ModelSlot slot;
    private final HandOver handOver;
    private final BatchRunner runner;
    private final Committer committer;
    private final HeldJobs held;
    private final BatchAssembler assembler = new BatchAssembler();
    private final Backoff backoff = new Backoff();
    private final Thread thread;

    InferenceLoop(
            Deployment deployment,
            int number,
            Incarnation incarnation,
            ModelSlot slot,
            HandOver handOver,
            BatchRunner runner,
            Committer committer,
            HeldJobs held) {
        this.deployment = deployment;
        this.incarnation = incarnation;
        this.slot = slot;
        this.handOver = handOver;
        this.runner = runner;
        this.committer = committer;
        this.held = held;
        this.thread = Thread.ofPlatform()
                .name("infer-%s-%d".formatted(deployment, number))
                .unstarted(this::inferUntilDismissed);
    }

    void start() {
        thread.start();
    }

    /** Returns after the loop was ended and has finished. @return false if it has not within that time */
    boolean join(Duration within) throws InterruptedException {
        return thread.join(within);
    }

    private void inferUntilDismissed() {
        try {
            for (Optional<TakenBatch> next = handOver.next(); next.isPresent(); next = handOver.next()) {
                inferOrGiveBack(next.get());
                handOver.ended();
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: interrupted", deployment);
        } catch (Error e) {
            // Out of memory, a broken native library: the jobs go on elsewhere, as after any death.
            LOG.error("{}: fatal error; halting this process, other workers reclaim its jobs", deployment, e);
            Runtime.getRuntime().halt(Watchdog.EXIT_HUNG);
        }
    }

    private void inferOrGiveBack(TakenBatch taken) throws InterruptedException {
        if (!incarnation.isPresent(taken.incarnation())) {
            held.ended(taken.ids());
            return;
        }
        try (ModelSlot.Lease model = slot.acquire()) {
            Assembled assembled = assembler.assemble(taken, model);
            if (!assembled.unreadable().isEmpty()) {
                committer.bury(taken.incarnation(), assembled.unreadable());
            }
            if (!assembled.batch().jobs().isEmpty()) {
                runner.run(assembled.batch());
            }
            backoff.reset();
        } catch (RuntimeException e) {
            // Not the jobs' fault: what fails over a job has ended it already.
            LOG.error("{}: unexpected failure outside the jobs of a batch; returning them to the queue", deployment, e);
            held.ended(taken.ids());
            held.becomeUnsure();
            Thread.sleep(backoff.nextMs());
        }
    }
}
