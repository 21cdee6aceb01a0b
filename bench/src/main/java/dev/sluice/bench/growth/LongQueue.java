package dev.sluice.bench.growth;

import dev.sluice.bench.sample.IrisRows;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Acceptance;
import dev.sluice.queue.Commit;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.Take;
import dev.sluice.queue.TakenJob;
import dev.sluice.worker.lease.Await;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A queue in which many jobs wait, and the steps of a few at its ends. No worker is there to take the others. */
final class LongQueue {
    static final int BATCH = 4;

    private static final Deployment DEPLOYMENT = Deployment.parse("long-queue");
    private static final String INCARNATION = "bench";
    private static final int WARM_UP_ROUNDS = 1_000;
    private static final int ROUNDS = 1_500;
    private static final int SENT_TOGETHER = 500;
    private static final Load JOBS = Load.ofRows(1);
    private static final String VERSION_ID = FixedTimeModel.VERSION + "-0123456789ab";
    private static final CommittedVersion VERSION = new CommittedVersion(VERSION_ID, IrisRows.VERSION);
    private static final Outcome OUTCOME =
            new Outcome(FixedTimeModel.VERSION, VERSION_ID, BATCH, new Timing(1, 0.01, 20), IrisRows.answers(1));

    private final Rig rig;
    private final JobIntake intake;
    private final JobLeases leases;

    LongQueue(Rig rig) {
        this.rig = rig;
        this.intake = Sender.intake(rig.link());
        this.leases = new JobLeases(rig.link(), DEPLOYMENT, LeaseTerms.DEFAULT);
    }

    /** @return bytes of Redis's memory for each job */
    double fill(int length) throws InterruptedException {
        Await.answer(leases.register(INCARNATION, "{}"));
        round();
        long empty = rig.usage().memory();
        for (int sent = 0; sent < length; sent += SENT_TOGETHER) {
            List<Future<Acceptance>> together = IntStream.range(0, Math.min(SENT_TOGETHER, length - sent))
                    .mapToObj(_ -> intake.accept(JOBS.job(DEPLOYMENT, "")))
                    .toList();
            Await.answer(Future.all(together));
        }
        return (double) (rig.usage().memory() - empty) / length;
    }

    /** The figures of each step. Every round leaves as many jobs as it found. */
    Map<String, Map<String, Double>> measure() throws InterruptedException {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round();
        }
        CallCost nothing = new CallCost(rig);
        CallCost accept = new CallCost(rig);
        CallCost take = new CallCost(rig);
        CallCost commit = new CallCost(rig);
        CallCost expire = new CallCost(rig);
        for (int i = 0; i < ROUNDS; i++) {
            nothing.of(() -> BATCH);
            accept.of(this::accept);
            List<TakenJob> jobs = take.of(this::take);
            commit.of(() -> commit(jobs));
            expire.of(() -> Await.answer(leases.expire()));
        }
        Map<String, Map<String, Double>> figures = new LinkedHashMap<>();
        figures.put("accept", accept.figures(BATCH, nothing));
        figures.put("take", take.figures(1, nothing));
        figures.put("commit", commit.figures(1, nothing));
        figures.put("expire", expire.figures(1, nothing));
        return figures;
    }

    private void round() throws InterruptedException {
        accept();
        commit(take());
    }

    /** @return how many */
    private int accept() throws InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            Acceptance acceptance = Await.answer(intake.accept(JOBS.job(DEPLOYMENT, "")));
            if (!(acceptance instanceof Acceptance.Accepted)) {
                throw new IllegalStateException("not accepted: " + acceptance);
            }
        }
        return BATCH;
    }

    private List<TakenJob> take() throws InterruptedException {
        return switch (Await.answer(leases.take(INCARNATION, BATCH))) {
            case Take.Jobs(List<TakenJob> jobs) when jobs.size() == BATCH -> jobs;
            case Take other -> throw new IllegalStateException("not a batch: " + other);
        };
    }

    /** @return how many */
    private int commit(List<TakenJob> jobs) throws InterruptedException {
        List<Commit> commits =
                jobs.stream().map(job -> new Commit(job.id(), OUTCOME, false)).toList();
        List<String> refused = Await.answer(leases.commit(INCARNATION, commits, VERSION));
        if (!refused.isEmpty()) {
            throw new IllegalStateException("refused: " + refused);
        }
        return jobs.size();
    }
}
