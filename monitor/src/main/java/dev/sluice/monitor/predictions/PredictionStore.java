package dev.sluice.monitor.predictions;

import dev.sluice.monitor.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table of predictions: a row for each item, a partition for each day in UTC. One event loop only. */
public final class PredictionStore {
    private static final String PARTITION = "prediction_";
    /** One statement for all: a statement for each would cost Postgres and this process twice as much. */
    private static final String INSERT = """
            insert into prediction (finished, job, item, model, alias, version, content, input, output, failure,
                                    accepted, started, batch, queue_ms, decode_ms, infer_ms, version_id)
            select finished, job, item, model, alias, version, content, input::jsonb, output::jsonb, failure::jsonb,
                   accepted, started, batch, queue_ms, decode_ms, infer_ms, version_id
            from unnest($1::timestamptz[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[],
                        $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::int[],
                        $14::float8[], $15::float8[], $16::float8[], $17::text[])
              as items (finished, job, item, model, alias, version, content, input, output, failure,
                        accepted, started, batch, queue_ms, decode_ms, infer_ms, version_id)
            on conflict do nothing""";

    private final Database database;
    /** Days that had a partition when this process looked last; the database may have been restored since. */
    private final Set<LocalDate> days = new HashSet<>();

    public PredictionStore(Database database) {
        this.database = database;
    }

    /** Stores all items or none; existing rows do not change. */
    public Future<Void> keep(List<PredictedItem> items) {
        return insert(items).recover(failure -> {
            if (!Database.isCheckViolation(failure) || days.isEmpty()) {
                return Future.failedFuture(failure);
            }
            days.clear();
            return insert(items);
        });
    }

    private Future<Void> insert(List<PredictedItem> items) {
        Set<LocalDate> missing = new HashSet<>();
        items.forEach(item -> missing.add(dayOf(item.finished())));
        missing.removeAll(days);
        return partitions(missing)
                .compose(_ -> database.run(INSERT, columns(items)))
                .mapEmpty();
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

    private static Tuple columns(List<PredictedItem> items) {
        return Tuple.tuple()
                .addArrayOfOffsetDateTime(times(items, PredictedItem::finished))
                .addArrayOfString(texts(items, item -> item.job().toString()))
                .addArrayOfInteger(items.stream().map(PredictedItem::item).toArray(Integer[]::new))
                .addArrayOfString(texts(items, item -> item.job().deployment().model()))
                .addArrayOfString(texts(items, item -> item.job().deployment().alias()))
                .addArrayOfString(texts(items, PredictedItem::version))
                .addArrayOfString(texts(items, PredictedItem::content))
                .addArrayOfString(texts(items, PredictedItem::input))
                .addArrayOfString(texts(items, PredictedItem::output))
                .addArrayOfString(texts(items, PredictedItem::failure))
                .addArrayOfOffsetDateTime(times(items, PredictedItem::accepted))
                .addArrayOfOffsetDateTime(times(items, PredictedItem::started))
                .addArrayOfInteger(items.stream().map(PredictedItem::batch).toArray(Integer[]::new))
                .addArrayOfDouble(numbers(items, item -> item.timing().queueMs()))
                .addArrayOfDouble(numbers(items, item -> item.timing().decodeMs()))
                .addArrayOfDouble(numbers(items, item -> item.timing().inferMs()))
                .addArrayOfString(texts(items, PredictedItem::versionId));
    }

    private static @Nullable String[] texts(
            List<PredictedItem> items, Function<PredictedItem, @Nullable String> column) {
        return items.stream().map(column).toArray(String[]::new);
    }

    private static OffsetDateTime[] times(List<PredictedItem> items, Function<PredictedItem, Instant> column) {
        return items.stream()
                .map(column)
                .map(time -> time.atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }

    private static Double[] numbers(List<PredictedItem> items, Function<PredictedItem, Double> column) {
        return items.stream().map(column).toArray(Double[]::new);
    }
}
