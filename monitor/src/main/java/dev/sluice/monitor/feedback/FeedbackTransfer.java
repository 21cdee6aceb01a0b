package dev.sluice.monitor.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.job.JobId;
import dev.sluice.journal.Feedback;
import dev.sluice.journal.FeedbackLog;
import dev.sluice.model.Deployment;
import dev.sluice.monitor.database.Database;
import dev.sluice.monitor.transfer.IsolatingStore;
import dev.sluice.monitor.transfer.RefusedRows;
import dev.sluice.monitor.transfer.Transfer;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the feedback log to the table of labels, item by item. */
public final class FeedbackTransfer implements Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(FeedbackTransfer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int JOBS_AT_ONCE = 200;

    private final FeedbackLog log;
    private final IsolatingStore<TrueItem> store;
    private final MeterRegistry metrics;

    public FeedbackTransfer(FeedbackLog log, FeedbackStore store, RefusedRows refused, MeterRegistry metrics) {
        this.log = log;
        this.store = new IsolatingStore<>(
                new IsolatingStore.Table<>("feedback", store::keep, TrueItem::key, TrueItem::json), refused, metrics);
        this.metrics = metrics;
    }

    @Override
    public Future<Boolean> moveSome(Deployment deployment) {
        return log.oldest(deployment, JOBS_AT_ONCE).compose(said -> {
            if (said.isEmpty()) {
                return Future.succeededFuture(false);
            }
            List<TrueItem> items = itemsOf(deployment, said);
            return store.keep(deployment, items)
                    .compose(stored -> log.kept(deployment, said).map(_ -> {
                        count(MetricNames.FEEDBACK_KEPT, deployment, stored);
                        return said.size() == JOBS_AT_ONCE;
                    }));
        });
    }

    private List<TrueItem> itemsOf(Deployment deployment, List<Feedback> said) {
        List<TrueItem> items = new ArrayList<>(said.size());
        for (Feedback feedback : said) {
            Optional<JobId> job =
                    JobId.parse(feedback.job()).filter(id -> id.deployment().equals(deployment));
            Optional<JsonNode> truth = array(feedback.truth());
            if (job.isEmpty() || truth.isEmpty() || !Database.isStorable(feedback.given())) {
                count(MetricNames.FEEDBACK_UNREADABLE, deployment, 1);
                LOG.warn(
                        "Discarded entry {} of the feedback log: it has no job of {}, no list of labels or no possible time",
                        feedback.place(),
                        deployment);
                continue;
            }
            for (int item = 0; item < truth.get().size(); item++) {
                JsonNode one = truth.get().get(item);
                if (!one.isNull()) {
                    items.add(new TrueItem(job.get(), item, storable(one), feedback.given()));
                }
            }
        }
        return items;
    }

    private static String storable(JsonNode value) {
        return value.isTextual()
                ? TextNode.valueOf(Database.storable(value.textValue())).toString()
                : value.toString();
    }

    private static Optional<JsonNode> array(String json) {
        try {
            return Optional.of(JSON.readTree(json)).filter(JsonNode::isArray);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private void count(String name, Deployment deployment, int by) {
        metrics.counter(name, "model", deployment.model(), "alias", deployment.alias())
                .increment(by);
    }
}
