package dev.sluice.worker.batch;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Commit;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.JobLeases;
import dev.sluice.redis.Backoff;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.lease.Incarnation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits while the next inference runs. A commit whose answer was lost is repeated: the script refuses what is done already. It is given
 * up only when the incarnation was removed, because other workers then run its jobs, or when a stop has no time left.
 */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    private final Deployment deployment;
    private final Incarnation incarnation;
    private final JobLeases leases;
    private final HeldJobs held;
    private final Counter fenced;
    private final int mostUnderWay;
    private final Semaphore room;
    private volatile boolean givingUp;

    /** @param mostUnderWay limit of concurrent commits; further ones wait */
    Committer(
            Deployment deployment,
            Incarnation incarnation,
            JobLeases leases,
            HeldJobs held,
            int mostUnderWay,
            MeterRegistry metrics) {
        this.deployment = deployment;
        this.incarnation = incarnation;
        this.leases = leases;
        this.held = held;
        this.mostUnderWay = mostUnderWay;
        this.room = new Semaphore(mostUnderWay);
        this.fenced = metrics.counter(MetricNames.FENCED, "model", deployment.model());
    }

    /** Blocks only while too many commits are under way. */
    void commit(String name, List<Commit> commits, CommittedVersion version) throws InterruptedException {
        beside(name, commits.stream().map(Commit::id).toList(), () -> leases.commit(name, commits, version));
    }

    /**
     * As above, for jobs that cannot be read.
     *
     * @param reasons by id
     */
    void bury(String name, Map<String, String> reasons) throws InterruptedException {
        reasons.forEach((id, reason) -> LOG.warn("{} becomes a dead letter, {}", id, reason));
        beside(name, reasons.keySet(), () -> leases.bury(name, reasons));
    }

    private void beside(String name, Collection<String> jobs, Supplier<Future<List<String>>> commit)
            throws InterruptedException {
        room.acquire();
        attempt(jobs, commit).onComplete(answer -> {
            if (answer.succeeded()) {
                answered(jobs.size(), answer.result());
                leave(jobs);
            } else {
                // Off the event loop, which must not wait.
                Thread.ofVirtual().name("commit-" + deployment).start(() -> insist(name, jobs, commit, answer.cause()));
            }
        });
    }

    private Future<List<String>> attempt(Collection<String> jobs, Supplier<Future<List<String>>> commit) {
        try {
            return commit.get();
        } catch (RuntimeException e) {
            leave(jobs);
            throw e;
        }
    }

    private void leave(Collection<String> jobs) {
        held.ended(jobs);
        room.release();
    }

    /** Waits for all that are under way; those that are then left are not repeated any more. @return whether there were none */
    boolean drain(Duration within) throws InterruptedException {
        if (room.tryAcquire(mostUnderWay, within.toNanos(), TimeUnit.NANOSECONDS)) {
            room.release(mostUnderWay);
            return true;
        }
        givingUp = true;
        return false;
    }

    private void insist(
            String name, Collection<String> jobs, Supplier<Future<List<String>>> commit, Throwable firstFailure) {
        try {
            untilAnswered(name, jobs.size(), commit, firstFailure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leave(jobs);
        }
    }

    private void untilAnswered(String name, int jobs, Supplier<Future<List<String>>> commit, Throwable firstFailure)
            throws InterruptedException {
        Backoff backoff = new Backoff();
        Throwable failure = firstFailure;
        String logged = "";
        while (mayRepeat(name)) {
            String reason = String.valueOf(failure.getMessage());
            // Once for each reason, not for each attempt.
            if (!reason.equals(logged)) {
                LOG.warn("{}: cannot commit the results of {} jobs, retrying: {}", deployment, jobs, reason);
                logged = reason;
            }
            Thread.sleep(backoff.nextMs());
            if (!mayRepeat(name)) {
                break;
            }
            try {
                answered(jobs, Await.answer(commit.get()));
                return;
            } catch (RedisUnavailableException e) {
                failure = e;
            }
        }
        if (givingUp) {
            LOG.warn(
                    "{}: discarded {} results: Redis was unavailable until the end of --drain-timeout; other workers run the jobs",
                    deployment,
                    jobs);
            return;
        }
        fenced.increment(jobs);
        LOG.warn(
                "{}: discarded {} results: this worker's registration expired while Redis was unavailable; other workers run the jobs",
                deployment,
                jobs);
    }

    private boolean mayRepeat(String name) {
        return !givingUp && incarnation.isPresent(name);
    }

    private void answered(int jobs, List<String> refused) {
        if (!refused.isEmpty()) {
            fenced.increment(refused.size());
            LOG.warn(
                    "{}: {} of {} commits were refused: these jobs have ended or belong to another worker",
                    deployment,
                    refused.size(),
                    jobs);
        }
    }
}
