package dev.sluice.monitor.predictions;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.job.ItemResults;
import dev.sluice.job.Outcome;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.journal.LoggedJob;
import dev.sluice.journal.PredictionLog;
import dev.sluice.model.Deployment;
import dev.sluice.model.VersionRecord;
import dev.sluice.monitor.transfer.IsolatingStore;
import dev.sluice.monitor.transfer.RefusedRows;
import dev.sluice.monitor.transfer.Transfer;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the prediction log to the table of predictions, item by item. */
public final class PredictionTransfer implements Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionTransfer.class);
    private static final int JOBS_AT_ONCE = 200;

    private static final AnswerWriter UNKNOWN_VERSION = new AnswerWriter(VersionRecord.UNKNOWN);
    private final PredictionLog log;
    private final LoggedVersions versions;
    private final IsolatingStore<PredictedItem> store;
    private final MeterRegistry metrics;

    /** @param versions of the outcomes in the log */
    public PredictionTransfer(
            PredictionLog log,
            LoggedVersions versions,
            PredictionStore store,
            RefusedRows refused,
            MeterRegistry metrics) {
        this.log = log;
        this.versions = versions;
        this.store = new IsolatingStore<>(
                new IsolatingStore.Table<>("prediction", store::keep, PredictedItem::key, PredictedItem::json),
                refused,
                metrics);
        this.metrics = metrics;
    }

    @Override
    public Future<Boolean> moveSome(Deployment deployment) {
        return log.oldest(deployment, JOBS_AT_ONCE).compose(jobs -> {
            if (jobs.isEmpty()) {
                return Future.succeededFuture(false);
            }
            List<ReadJob> readable = readable(deployment, jobs);
            Set<String> identities =
                    readable.stream().map(job -> identityOf(job.outcome())).collect(Collectors.toSet());
            return versions.answers(deployment, identities)
                    .compose(answers -> store.keep(deployment, itemsOf(deployment, readable, answers)))
                    .compose(stored -> log.kept(deployment, jobs).map(_ -> {
                        count(MetricNames.PREDICTIONS_KEPT, deployment, stored);
                        return jobs.size() == JOBS_AT_ONCE;
                    }));
        });
    }

    private record ReadJob(LoggedJob job, Outcome outcome) {}

    /** Of the version whose record is needed to read the outcome; empty if none is. */
    private static String identityOf(Outcome outcome) {
        return outcome.results() instanceof ItemResults.Tensors ? outcome.versionId() : "";
    }

    private List<ReadJob> readable(Deployment deployment, List<LoggedJob> jobs) {
        List<ReadJob> readable = new ArrayList<>(jobs.size());
        for (LoggedJob job : jobs) {
            try {
                readable.add(new ReadJob(job, OutcomeCodec.decode(job.outcome())));
            } catch (RuntimeException e) {
                discarded(deployment, job, e);
            }
        }
        return readable;
    }

    private List<PredictedItem> itemsOf(Deployment deployment, List<ReadJob> jobs, Map<String, AnswerWriter> answers) {
        List<PredictedItem> items = new ArrayList<>(jobs.size());
        for (ReadJob read : jobs) {
            LoggedJob job = read.job();
            try {
                items.addAll(LoggedItems.of(
                        job, read.outcome(), answers.getOrDefault(identityOf(read.outcome()), UNKNOWN_VERSION)));
            } catch (RuntimeException e) {
                discarded(deployment, job, e);
            }
        }
        return items;
    }

    private void discarded(Deployment deployment, LoggedJob job, RuntimeException why) {
        count(MetricNames.LOG_UNREADABLE, deployment, 1);
        LOG.warn("Discarded entry {} of the prediction log, which cannot be read: {}", job.place(), why.getMessage());
    }

    private void count(String name, Deployment deployment, int by) {
        metrics.counter(name, "model", deployment.model(), "alias", deployment.alias())
                .increment(by);
    }
}
