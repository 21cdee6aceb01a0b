package dev.sluice.worker.batch;

import dev.sluice.job.ItemResult;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Commit;
import dev.sluice.queue.TakenJob;
import dev.sluice.worker.batch.Batch.PreparedJob;
import dev.sluice.worker.inference.PreparedItems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs the batches of one loop and hands the results to be committed. */
final class BatchRunner {
    private final Deployment deployment;
    private final ServedRate rate;
    private final Watchdog watchdog;
    private final BatchMetrics metrics;
    private final Committer committer;
    private final LoggedInput loggedInput;
    private long lastEnd = System.nanoTime();

    BatchRunner(
            Deployment deployment,
            ServedRate rate,
            Watchdog watchdog,
            BatchMetrics metrics,
            Committer committer,
            LoggedInput loggedInput) {
        this.deployment = deployment;
        this.rate = rate;
        this.watchdog = watchdog;
        this.metrics = metrics;
        this.committer = committer;
        this.loggedInput = loggedInput;
    }

    void run(Batch batch) throws InterruptedException {
        long start = System.nanoTime();
        List<ItemResult> results;
        try (var _ = watchdog.over("inference of " + deployment, rate.expectedFor(batch.items()))) {
            int chunk = batch.isOnItsLastChance()
                    ? 1
                    : batch.model().model().profile().best().batch();
            PreparedItems items = PreparedItems.join(
                    batch.jobs().stream().map(PreparedJob::items).toList());
            results = new IsolatingInference(batch.model().model(), chunk).infer(items);
        }
        long end = System.nanoTime();
        Duration inferring = Duration.ofNanos(end - start);
        // Busy is the time since the loop's batch before has ended, or since there was something to take: taking and
        // decoding count.
        rate.served(batch.items(), Duration.ofNanos(end - Math.max(lastEnd, batch.takenNanos())));
        lastEnd = end;
        metrics.ran(batch, inferring, results);
        committer.commit(batch.incarnation(), commits(batch, results, inferring));
    }

    private List<Commit> commits(Batch batch, List<ItemResult> results, Duration inferring) {
        List<Commit> commits = new ArrayList<>(batch.jobs().size());
        int from = 0;
        for (PreparedJob prepared : batch.jobs()) {
            int to = from + prepared.items().size();
            Timing timing = new Timing(
                    prepared.job().taken() - prepared.job().accepted(), millis(prepared.decoding()), millis(inferring));
            Outcome outcome = new Outcome(batch.model().version(), batch.items(), timing, results.subList(from, to));
            TakenJob job = prepared.job();
            Commit commit = new Commit(job.id(), outcome, outcome.hasFailures(), loggedInput.of(job));
            JobLog.ended(job, commit);
            commits.add(commit);
            from = to;
        }
        return commits;
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e4) / 1e2;
    }
}
