package dev.sluice.monitor.transfer;

import dev.sluice.model.Deployment;
import dev.sluice.monitor.database.Database;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores rows of one table together. If Postgres refuses some of them, the rows are halved until each refused one is alone; it is stored
 * with the reason in {@link RefusedRows}, and the others in their table. Any other failure fails the whole, to be repeated.
 */
public final class IsolatingStore<T> {
    private static final Logger LOG = LoggerFactory.getLogger(IsolatingStore.class);

    private final Table<T> table;
    private final RefusedRows refused;
    private final MeterRegistry metrics;

    /**
     * A table that rows are stored in.
     *
     * @param store stores all of several rows or none
     * @param key tells a row from all others of the table
     * @param content a row as JSON, for people and for a second try
     */
    public record Table<T>(
            String name,
            Function<List<T>, Future<Void>> store,
            Function<T, String> key,
            Function<T, JsonObject> content) {}

    public IsolatingStore(Table<T> table, RefusedRows refused, MeterRegistry metrics) {
        this.table = table;
        this.refused = refused;
        this.metrics = metrics;
    }

    /** @return how many rows the table has taken */
    public Future<Integer> keep(Deployment deployment, List<T> rows) {
        if (rows.isEmpty()) {
            return Future.succeededFuture(0);
        }
        return table.store().apply(rows).map(rows.size()).recover(failure -> {
            if (!Database.isRefusal(failure)) {
                return Future.failedFuture(failure);
            }
            if (rows.size() == 1) {
                return putAside(deployment, rows.getFirst(), failure).map(0);
            }
            int half = rows.size() / 2;
            return keep(deployment, rows.subList(0, half))
                    .compose(first ->
                            keep(deployment, rows.subList(half, rows.size())).map(second -> first + second));
        });
    }

    private Future<Void> putAside(Deployment deployment, T row, Throwable why) {
        String key = table.key().apply(row);
        String reason = String.valueOf(why.getMessage());
        return refused.keep(
                        deployment, table.name(), key, reason, table.content().apply(row))
                .onSuccess(_ -> {
                    metrics.counter(
                                    MetricNames.ROWS_REFUSED,
                                    "model",
                                    deployment.model(),
                                    "alias",
                                    deployment.alias(),
                                    "table",
                                    table.name())
                            .increment();
                    LOG.warn(
                            "{}: Postgres refuses row {} of table {}, moved to table refused_row: {}",
                            deployment,
                            key,
                            table.name(),
                            reason);
                });
    }
}
