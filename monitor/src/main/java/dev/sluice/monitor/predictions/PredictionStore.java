package dev.sluice.monitor.predictions;

import dev.sluice.monitor.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The table of predictions: a row for each item, a partition for each day in UTC. One event loop only. */
public final class PredictionStore {
    private static final String PARTITION = "prediction_";
    private static final String INSERT = """
            insert into prediction (finished, job, item, model, alias, version, content, input, output, failure,
                                    accepted, started, batch, queue_ms, decode_ms, infer_ms)
            values ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9::text::jsonb, $10::text::jsonb,
                    $11, $12, $13, $14, $15, $16)
            on conflict do nothing""";

    private final Database database;
    /** Days that have a partition, as far as is known here. */
    private final Set<LocalDate> days = new HashSet<>();

    public PredictionStore(Database database) {
        this.database = database;
    }

    /** All of them or none; what is there already stays as it is. */
    public Future<Void> keep(List<PredictedItem> items) {
        Set<LocalDate> missing = new HashSet<>();
        items.forEach(item -> missing.add(dayOf(item.finished())));
        missing.removeAll(days);
        return partitions(missing)
                .compose(_ -> database.transaction(connection -> connection
                        .preparedQuery(INSERT)
                        .executeBatch(items.stream().map(PredictionStore::tuple).toList())
                        .mapEmpty()));
    }

    /** Drops the partitions of days before that one. @return how many */
    public Future<Integer> dropBefore(LocalDate day) {
        return database.run(
                        "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'prediction'::regclass")
                .compose(rows -> {
                    Future<Void> dropped = Future.succeededFuture();
                    int old = 0;
                    for (var row : rows) {
                        String name = row.getString("name");
                        if (LocalDate.parse(name.substring(PARTITION.length()).replace('_', '-'))
                                .isBefore(day)) {
                            old++;
                            dropped = dropped.compose(
                                    _ -> database.run("drop table " + name).mapEmpty());
                        }
                    }
                    int count = old;
                    days.removeIf(known -> known.isBefore(day));
                    return dropped.map(count);
                });
    }

    private Future<Void> partitions(Set<LocalDate> missing) {
        Future<Void> made = Future.succeededFuture();
        for (LocalDate day : missing) {
            String sql = "create table if not exists %s%s partition of prediction for values from ('%s') to ('%s')"
                    .formatted(
                            PARTITION,
                            day.toString().replace('-', '_'),
                            day + " 00:00:00+00",
                            day.plusDays(1) + " 00:00:00+00");
            made = made.compose(_ -> database.run(sql)).map(_ -> {
                days.add(day);
                return null;
            });
        }
        return made;
    }

    private static LocalDate dayOf(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    private static Tuple tuple(PredictedItem item) {
        return Tuple.tuple()
                .addOffsetDateTime(item.finished().atOffset(ZoneOffset.UTC))
                .addString(item.job().toString())
                .addInteger(item.item())
                .addString(item.job().deployment().model())
                .addString(item.job().deployment().alias())
                .addString(item.version())
                .addString(item.content())
                .addString(item.input())
                .addString(item.output())
                .addString(item.failure())
                .addOffsetDateTime(item.accepted().atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(item.started().atOffset(ZoneOffset.UTC))
                .addInteger(item.batch())
                .addDouble(item.timing().queueMs())
                .addDouble(item.timing().decodeMs())
                .addDouble(item.timing().inferMs());
    }
}
