package dev.sluice.monitor.feedback;

import dev.sluice.monitor.database.Database;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The accuracy of each version of a deployment on the items that were labelled recently. */
public final class LiveAccuracy {
    /** An error beyond 1e100 counts as 1e100: its square must fit into a float8, or the query fails for all models. */
    private static final String BY_VERSION = """
            with labelled as (select * from labelled_prediction where given > $1 and output is not null),
                 newest as (select distinct on (model, alias, version) model, alias, version, version_id from labelled
                            order by model, alias, version, finished desc)
            select model, alias, version, count(*) as labelled,
                   (avg((output -> 'label' = truth)::int) filter (where output ? 'label'))::float8 as accuracy,
                   avg(case when jsonb_typeof(output -> 'value') = 'number' and jsonb_typeof(truth) = 'number'
                            then least(abs((output ->> 'value')::numeric - (truth #>> '{}')::numeric), 1e100)::float8
                       end) as error
            from labelled join newest using (model, alias, version)
            where labelled.version_id in ('', newest.version_id)
            group by model, alias, version""";

    private final Database database;
    private final Duration window;
    private final MultiGauge labelled;
    private final MultiGauge accuracy;
    private final MultiGauge error;

    public LiveAccuracy(Database database, Duration window, MeterRegistry metrics) {
        this.database = database;
        this.window = window;
        this.labelled = MultiGauge.builder(MetricNames.LIVE_LABELLED).register(metrics);
        this.accuracy = MultiGauge.builder(MetricNames.LIVE_ACCURACY).register(metrics);
        this.error = MultiGauge.builder(MetricNames.LIVE_ERROR).register(metrics);
    }

    /** Measures once. */
    public Future<Void> look() {
        OffsetDateTime since = OffsetDateTime.now(ZoneOffset.UTC).minus(window);
        return database.run(BY_VERSION, Tuple.of(since)).map(rows -> {
            List<MultiGauge.Row<?>> counts = new ArrayList<>();
            List<MultiGauge.Row<?>> shares = new ArrayList<>();
            List<MultiGauge.Row<?>> errors = new ArrayList<>();
            for (Row row : rows) {
                Tags tags = Tags.of(
                        "model", row.getString("model"),
                        "alias", row.getString("alias"),
                        "version", row.getString("version"));
                counts.add(MultiGauge.Row.of(tags, row.getLong("labelled")));
                addIfKnown(shares, tags, row, "accuracy");
                addIfKnown(errors, tags, row, "error");
            }
            labelled.register(counts, true);
            accuracy.register(shares, true);
            error.register(errors, true);
            return null;
        });
    }

    private static void addIfKnown(List<MultiGauge.Row<?>> rows, Tags tags, Row row, String column) {
        Double value = row.getDouble(column);
        if (value != null) {
            rows.add(MultiGauge.Row.of(tags, value));
        }
    }
}
