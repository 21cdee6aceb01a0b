package dev.sluice.worker.batch;

import dev.sluice.job.JobSchema;
import dev.sluice.model.Deployment;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.Take;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.Backoff;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.lease.Incarnation;
import dev.sluice.worker.lease.WakeUp;
import dev.sluice.worker.rollout.ModelSlot;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one deployment's jobs for its inference loops. At most one batch is taken ahead, and only when a running one is about to end; a
 * batch that cannot start soon goes back to the queue for others.
 */
final class TakeLoop {
    private static final Logger LOG = LoggerFactory.getLogger(TakeLoop.class);
    /** A wake-up that was lost costs at most this. */
    private static final Duration POLL = Duration.ofMillis(250);
    /** How long a stop waits for a take in progress; Redis may be down. */
    private static final Duration LONGEST_TAKE = Duration.ofSeconds(5);

    private final Deployment deployment;
    private final Incarnation incarnation;
    private final JobLeases leases;
    private final ModelSlot slot;
    private final WakeUp wakeUp;
    private final HandOver handOver;
    private final HeldJobs held;
    private final Thread thread;

    private volatile boolean stopping;
    private int connections;
    private Duration taking = Duration.ofMillis(1);
    /** Jobs of a newer release that were found since there was other work. */
    private final Set<String> passed = new HashSet<>();

    TakeLoop(
            Deployment deployment,
            Incarnation incarnation,
            JobLeases leases,
            ModelSlot slot,
            WakeUp wakeUp,
            HandOver handOver,
            HeldJobs held) {
        this.deployment = deployment;
        this.incarnation = incarnation;
        this.leases = leases;
        this.slot = slot;
        this.wakeUp = wakeUp;
        this.handOver = handOver;
        this.held = held;
        this.thread = Thread.ofVirtual().name("take-" + deployment).unstarted(this::takeUntilStopped);
    }

    void start() {
        thread.start();
    }

    /** Takes nothing more, and returns a batch that waits for a loop. */
    void stop() throws InterruptedException {
        stopping = true;
        wakeUp.ring();
        handOver.takeNoMore();
        if (!thread.join(LONGEST_TAKE)) {
            thread.interrupt();
            thread.join();
        }
    }

    /** At the end of a stop: returns all jobs to the queue that are not committed, also those of a take whose answer was lost. */
    void giveBackTheRest() throws InterruptedException {
        Optional<String> name = incarnation.present();
        try {
            if (name.isPresent() && (held.areUnsure() || !held.ids().isEmpty())) {
                recall(name.get(), Set.of());
            }
        } catch (RedisUnavailableException e) {
            LOG.warn(
                    "{}: cannot return jobs to the queue; another worker reclaims them after --dead-after: {}",
                    deployment,
                    e.getMessage());
        }
    }

    private void takeUntilStopped() {
        Backoff backoff = new Backoff();
        while (!stopping) {
            try {
                int most = slot.profile().best().batch();
                handOver.awaitRoom(taking, most);
                takeAndHandOver(most);
                backoff.reset();
            } catch (RedisUnavailableException e) {
                LOG.debug("{}: cannot take: {}", deployment, e.getMessage());
                held.becomeUnsure();
                pause(backoff.nextMs());
            } catch (InterruptedException e) {
                // The answer to a take or to a return may have been on its way.
                held.becomeUnsure();
                return;
            } catch (RuntimeException e) {
                LOG.error("{}: unexpected error while taking a batch, retrying", deployment, e);
                held.becomeUnsure();
                pause(backoff.nextMs());
            }
        }
    }

    private void takeAndHandOver(int most) throws InterruptedException {
        String name = incarnation.name();
        if (held.areUnsure() || leases.connections() != connections) {
            recall(name, held.ids());
        }
        long start = System.nanoTime();
        switch (Await.answer(leases.take(name, most))) {
            case Take.Unregistered() -> incarnation.removed(name);
            case Take.Jobs(List<TakenJob> none) when none.isEmpty() -> wakeUp.await(POLL);
            case Take.Jobs(List<TakenJob> jobs) -> {
                taking = Duration.ofNanos((taking.toNanos() * 3 + System.nanoTime() - start) / 4);
                List<TakenJob> ours = letNewerSchemasPass(name, jobs);
                if (!ours.isEmpty()) {
                    handOver(new TakenBatch(name, start, ours));
                }
            }
        }
    }

    /** @param known jobs that this worker goes on with */
    private void recall(String name, Set<String> known) throws InterruptedException {
        int present = leases.connections();
        held.becomeSure();
        int unknown = Await.answer(leases.recall(name, known));
        connections = present;
        if (unknown > 0) {
            LOG.warn(
                    "{}: returned {} jobs to the queue that Redis assigned to this worker but that it does not run",
                    deployment,
                    unknown);
        }
    }

    private void handOver(TakenBatch batch) throws InterruptedException {
        List<String> ids = batch.ids();
        held.begun(ids);
        boolean accepted = false;
        try {
            accepted = handOver.offer(batch);
        } finally {
            if (!accepted) {
                held.ended(ids);
            }
        }
        if (!accepted) {
            LOG.info(
                    "{}: returning {} jobs to the queue: {}",
                    deployment,
                    ids.size(),
                    stopping ? "this worker stops" : "the running batches take longer than expected");
            Await.answer(leases.release(batch.incarnation(), ids));
        }
    }

    /** Leaves jobs of a newer release to workers of that release; the rest of the lane does not wait for them. */
    private List<TakenJob> letNewerSchemasPass(String name, List<TakenJob> jobs) throws InterruptedException {
        List<String> newer = jobs.stream()
                .filter(job -> JobSchema.isOfNewerRelease(job.schema()))
                .map(TakenJob::id)
                .toList();
        if (newer.isEmpty()) {
            passed.clear();
            return jobs;
        }
        if (passed.addAll(newer)) {
            LOG.warn(
                    "{}: left {} jobs of a newer release in the queue for workers of that release",
                    deployment,
                    newer.size());
        } else if (newer.size() == jobs.size()) {
            // The same ones again: nothing else waits.
            wakeUp.await(POLL);
        }
        Await.answer(leases.letPass(name, newer));
        return jobs.stream().filter(job -> !newer.contains(job.id())).toList();
    }

    private void pause(long millis) {
        try {
            wakeUp.await(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
