package dev.sluice.monitor.predictions;

import dev.sluice.journal.LoggedJob;
import dev.sluice.journal.PredictionLog;
import dev.sluice.model.Deployment;
import dev.sluice.monitor.transfer.IsolatingStore;
import dev.sluice.monitor.transfer.RefusedRows;
import dev.sluice.monitor.transfer.Transfer;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the prediction log to the table of predictions, item by item. */
public final class PredictionTransfer implements Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionTransfer.class);
    private static final int JOBS_AT_ONCE = 200;

    private final PredictionLog log;
    private final IsolatingStore<PredictedItem> store;
    private final MeterRegistry metrics;

    public PredictionTransfer(PredictionLog log, PredictionStore store, RefusedRows refused, MeterRegistry metrics) {
        this.log = log;
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
            List<PredictedItem> items = itemsOf(deployment, jobs);
            return store.keep(deployment, items)
                    .compose(stored -> log.kept(deployment, jobs).map(_ -> {
                        count(MetricNames.PREDICTIONS_KEPT, deployment, stored);
                        return jobs.size() == JOBS_AT_ONCE;
                    }));
        });
    }

    private List<PredictedItem> itemsOf(Deployment deployment, List<LoggedJob> jobs) {
        List<PredictedItem> items = new ArrayList<>(jobs.size());
        for (LoggedJob job : jobs) {
            try {
                items.addAll(LoggedItems.of(job));
            } catch (IllegalArgumentException e) {
                count(MetricNames.LOG_UNREADABLE, deployment, 1);
                LOG.warn(
                        "Discarded entry {} of the prediction log, which cannot be read: {}",
                        job.place(),
                        e.getMessage());
            }
        }
        return items;
    }

    private void count(String name, Deployment deployment, int by) {
        metrics.counter(name, "model", deployment.model(), "alias", deployment.alias())
                .increment(by);
    }
}
