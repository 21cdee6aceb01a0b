package dev.sluice.worker.batch;

import dev.sluice.job.ItemResults;
import dev.sluice.job.JobSchema;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Commit;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.TakenJob;
import dev.sluice.worker.batch.Batch.PreparedJob;
import dev.sluice.worker.inference.PreparedItems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the batches of one loop and hands the results to be committed. */
final class BatchRunner {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

    private final Deployment deployment;
    private final BatchCost cost;
    private final Watchdog watchdog;
    private final BatchMetrics metrics;
    private final Committer committer;
    private final LoggedInput loggedInput;
    private long lastEnd = System.nanoTime();

    BatchRunner(
            Deployment deployment,
            BatchCost cost,
            Watchdog watchdog,
            BatchMetrics metrics,
            Committer committer,
            LoggedInput loggedInput) {
        this.deployment = deployment;
        this.cost = cost;
        this.watchdog = watchdog;
        this.metrics = metrics;
        this.committer = committer;
        this.loggedInput = loggedInput;
    }

    /**
     * Commits each job's results. If a batch fails for a reason other than its items, its jobs run one by one, and a job that fails alone
     * becomes a dead letter: returned to the queue, it would fail again at once, here or elsewhere.
     */
    void run(Batch batch) throws InterruptedException {
        try {
            runTogether(batch);
        } catch (RuntimeException e) {
            if (batch.jobs().size() > 1) {
                LOG.warn(
                        "{}: a batch of {} jobs failed; running each alone",
                        deployment,
                        batch.jobs().size(),
                        e);
                for (PreparedJob job : batch.jobs()) {
                    run(batch.only(job));
                }
                return;
            }
            String id = batch.jobs().getFirst().job().id();
            LOG.error("{}: unexpected failure while running this job", id, e);
            committer.bury(
                    batch.incarnation(),
                    Map.of(
                            id,
                            "unexpected failure while running the job: find its id in the worker's log, then send it again"));
        }
    }

    private void runTogether(Batch batch) throws InterruptedException {
        int chunk = batch.isOnItsLastChance()
                ? 1
                : batch.model().model().profile().best().batch();
        long start = System.nanoTime();
        ItemResults.Tensors results;
        try (var _ = cost.begin();
                var _ = watchdog.over("inference of " + deployment, cost.expectedFor(batch.items(), chunk))) {
            PreparedItems items = PreparedItems.join(
                    batch.jobs().stream().map(PreparedJob::items).toList());
            results = new IsolatingInference(batch.model().model(), chunk).infer(items);
        }
        long end = System.nanoTime();
        Duration inferring = Duration.ofNanos(end - start);
        // Busy is the time since the loop's batch before has ended, or since there was something to take: taking and
        // decoding count.
        Duration busy = Duration.ofNanos(end - Math.max(lastEnd, batch.takenNanos()));
        cost.measured(new BatchCost.Measured(batch.items(), chunk, busy, batch.decodingOfPictures(), inferring));
        lastEnd = end;
        metrics.ran(batch, inferring, results);
        committer.commit(batch.incarnation(), commits(batch, results, inferring), versionOf(batch));
    }

    private List<Commit> commits(Batch batch, ItemResults.Tensors results, Duration inferring) {
        List<Commit> commits = new ArrayList<>(batch.jobs().size());
        int from = 0;
        for (PreparedJob prepared : batch.jobs()) {
            int to = from + prepared.items().size();
            Timing timing = new Timing(
                    prepared.job().taken() - prepared.job().accepted(), millis(prepared.decoding()), millis(inferring));
            Outcome outcome = new Outcome(
                    batch.model().version(),
                    batch.model().versionId(),
                    batch.items(),
                    timing,
                    inFormOf(prepared.job(), results.slice(from, to), batch));
            TakenJob job = prepared.job();
            Commit commit = new Commit(job.id(), outcome, outcome.hasFailures(), loggedInput.of(job));
            JobLog.ended(job, commit);
            commits.add(commit);
            from = to;
        }
        return commits;
    }

    /** A job is answered in the form in which it was asked. */
    private static ItemResults inFormOf(TakenJob job, ItemResults.Tensors results, Batch batch) {
        return job.schema() == JobSchema.LINES.number()
                ? batch.model().model().answers().lines(results)
                : results;
    }

    private static CommittedVersion versionOf(Batch batch) {
        boolean isReferredTo = batch.jobs().stream().anyMatch(job -> job.job().schema() != JobSchema.LINES.number());
        return isReferredTo
                ? new CommittedVersion(
                        batch.model().versionId(),
                        batch.model().model().answers().version())
                : CommittedVersion.NONE;
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e4) / 1e2;
    }
}
