package dev.sluice.worker.batch;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Backoff;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.QueueUnavailableException;
import dev.sluice.queue.Submission;
import dev.sluice.queue.Take;
import dev.sluice.queue.TakenJob;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.lease.Incarnation;
import dev.sluice.worker.lease.WakeUp;
import dev.sluice.worker.rollout.ModelSlot;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one deployment with two threads: one takes and decodes, one infers, so that decoding overlaps inference. At most one batch is
 * taken ahead, and only when the running one is about to end; a batch that cannot start soon goes back to the queue for others.
 */
final class BatchLoop {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLoop.class);
    /** A wake-up that was lost costs at most this. */
    private static final Duration POLL = Duration.ofMillis(250);
    /** How long a decoded batch may wait for the running one, beyond what was expected of it. */
    private static final Duration PATIENCE = Duration.ofMillis(500);
    /** How long a drain waits for a take that is under way; Redis may be away. */
    private static final Duration LONGEST_TAKE = Duration.ofSeconds(5);

    private final Deployment deployment;
    private final Incarnation incarnation;
    private final JobLeases leases;
    private final ModelSlot slot;
    private final WakeUp wakeUp;
    private final BatchAssembler assembler;
    private final BatchRunner runner;
    private final Committer committer;
    private final ServedRate rate;
    private final HeldJobs held;
    private final PrefetchGate gate = new PrefetchGate();
    /** Empty: there will be no more. */
    private final SynchronousQueue<Optional<Batch>> handOver = new SynchronousQueue<>();

    private final Thread taking;
    private final Thread inferring;

    private volatile boolean stopping;
    /** An answer was lost: jobs may be held that nobody here knows of. */
    private volatile boolean unsure;

    private int connections;

    private Duration lead = Duration.ofMillis(5);
    /** Jobs of a newer release that were met since there was other work. */
    private final Set<String> passed = new HashSet<>();

    BatchLoop(
            Deployment deployment,
            Incarnation incarnation,
            JobLeases leases,
            ModelSlot slot,
            WakeUp wakeUp,
            BatchAssembler assembler,
            BatchRunner runner,
            Committer committer,
            ServedRate rate,
            HeldJobs held) {
        this.deployment = deployment;
        this.incarnation = incarnation;
        this.leases = leases;
        this.slot = slot;
        this.wakeUp = wakeUp;
        this.assembler = assembler;
        this.runner = runner;
        this.committer = committer;
        this.rate = rate;
        this.held = held;
        this.taking = Thread.ofVirtual().name("take-" + deployment).unstarted(this::takeUntilStopped);
        this.inferring = Thread.ofPlatform().name("infer-" + deployment).unstarted(this::inferUntilStopped);
    }

    void start() {
        taking.start();
        inferring.start();
    }

    /** Takes nothing more, finishes what runs, gives back what has not started, and takes its leave. */
    void drain() throws InterruptedException {
        stopping = true;
        wakeUp.ring();
        gate.openForGood();
        if (!taking.join(LONGEST_TAKE)) {
            taking.interrupt();
            taking.join();
        }
        handOver.put(Optional.empty());
        inferring.join();
        committer.drain();
        giveBackWhatIsUnknown();
        incarnation.leave();
    }

    private void takeUntilStopped() {
        Backoff backoff = new Backoff();
        while (!stopping) {
            try {
                gate.await(lead);
                takeAndHandOver();
                backoff.reset();
            } catch (QueueUnavailableException e) {
                LOG.debug("{}: cannot take: {}", deployment, e.getMessage());
                unsure = true;
                pause(backoff.nextMs());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("{}: a batch could not be prepared", deployment, e);
                unsure = true;
                pause(backoff.nextMs());
            }
        }
    }

    private void takeAndHandOver() throws InterruptedException {
        String name = incarnation.name();
        if (unsure || leases.connections() != connections) {
            recall(name);
        }
        long start = System.nanoTime();
        int most = slot.profile().best().batch();
        switch (Await.answer(leases.take(name, most))) {
            case Take.StruckOff() -> incarnation.struckOff(name);
            case Take.Jobs(List<TakenJob> none) when none.isEmpty() -> wakeUp.await(POLL);
            case Take.Jobs(List<TakenJob> jobs) -> {
                List<TakenJob> ours = letNewerSchemasPass(name, jobs);
                if (!ours.isEmpty()) {
                    assembleAndHandOver(name, start, ours);
                    lead = Duration.ofNanos((lead.toNanos() * 3 + System.nanoTime() - start) / 4);
                }
            }
        }
    }

    private void recall(String name) throws InterruptedException {
        int present = leases.connections();
        int unknown = Await.answer(leases.recall(name, held.ids()));
        unsure = false;
        connections = present;
        if (unknown > 0) {
            LOG.warn("{}: {} jobs that Redis says are held here are not known here and go back", deployment, unknown);
        }
    }

    private void giveBackWhatIsUnknown() throws InterruptedException {
        Optional<String> name = incarnation.present();
        try {
            if (unsure && name.isPresent()) {
                recall(name.get());
            }
        } catch (QueueUnavailableException e) {
            LOG.warn("{}: what is held goes on elsewhere after dead-after: {}", deployment, e.getMessage());
        }
    }

    private void assembleAndHandOver(String name, long takenNanos, List<TakenJob> jobs) throws InterruptedException {
        ModelSlot.Lease model = slot.acquire();
        BatchAssembler.Assembled assembled = assembler.assemble(name, takenNanos, model, jobs);
        if (!assembled.unreadable().isEmpty()) {
            held.begun(assembled.unreadable().keySet());
            committer.bury(name, assembled.unreadable());
        }
        if (assembled.batch().jobs().isEmpty()) {
            model.close();
        } else {
            handOver(assembled.batch());
        }
    }

    private void handOver(Batch batch) throws InterruptedException {
        Duration expected = rate.expectedFor(batch.items());
        gate.handingOver(expected);
        Duration patience = PATIENCE.plus(expected.multipliedBy(2));
        held.begun(batch.ids());
        if (!handOver.offer(Optional.of(batch), patience.toMillis(), TimeUnit.MILLISECONDS)) {
            gate.takenBack();
            held.ended(batch.ids());
            LOG.info(
                    "{}: the running batch takes longer than expected; {} jobs go back",
                    deployment,
                    batch.jobs().size());
            batch.model().close();
            Await.answer(leases.release(batch.incarnation(), batch.ids()));
        }
    }

    /** Work written by a newer release is left to its workers, and must not keep the rest of the lane waiting. */
    private List<TakenJob> letNewerSchemasPass(String name, List<TakenJob> jobs) throws InterruptedException {
        List<String> newer = jobs.stream()
                .filter(job -> Submission.isOfNewerRelease(job.schema()))
                .map(TakenJob::id)
                .toList();
        if (newer.isEmpty()) {
            passed.clear();
            return jobs;
        }
        if (passed.addAll(newer)) {
            LOG.warn("{}: {} jobs of a newer release are left to its workers", deployment, newer.size());
        } else if (newer.size() == jobs.size()) {
            // The same ones again: nothing else waits.
            wakeUp.await(POLL);
        }
        Await.answer(leases.letPass(name, newer));
        return jobs.stream().filter(job -> !newer.contains(job.id())).toList();
    }

    private void inferUntilStopped() {
        try {
            for (Optional<Batch> next = handOver.take(); next.isPresent(); next = handOver.take()) {
                runOrDrop(next.get());
                gate.ended();
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: interrupted", deployment);
        } catch (Error e) {
            // Out of memory, a broken native library: the jobs go on elsewhere, as after any death.
            LOG.error("{}: the worker cannot go on", deployment, e);
            Runtime.getRuntime().halt(Watchdog.EXIT_HUNG);
        }
    }

    private void runOrDrop(Batch batch) throws InterruptedException {
        if (incarnation.isPresent(batch.incarnation())) {
            runner.run(batch);
        } else {
            batch.model().close();
            held.ended(batch.ids());
        }
    }

    private void pause(long millis) {
        try {
            wakeUp.await(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
