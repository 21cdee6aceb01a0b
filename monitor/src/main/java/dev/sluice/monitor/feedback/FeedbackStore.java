package dev.sluice.monitor.feedback;

import dev.sluice.monitor.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** The table of labels. */
public final class FeedbackStore {
    private static final String UPSERT = """
            insert into feedback (job, item, model, alias, truth, given) values ($1, $2, $3, $4, $5::text::jsonb, $6)
            on conflict (job, item) do update set truth = excluded.truth, given = excluded.given
            where excluded.given >= feedback.given""";

    private final Database database;

    public FeedbackStore(Database database) {
        this.database = database;
    }

    /** Stores all labels or none; of several labels for one item the latest counts. */
    public Future<Void> keep(List<TrueItem> items) {
        return database.transaction(connection -> connection
                .preparedQuery(UPSERT)
                .executeBatch(items.stream().map(FeedbackStore::tuple).toList())
                .mapEmpty());
    }

    /** @return the number of deleted items */
    public Future<Integer> dropBefore(LocalDate day) {
        OffsetDateTime start = day.atStartOfDay().atOffset(ZoneOffset.UTC);
        return database.run("delete from feedback where given < $1", Tuple.of(start))
                .map(rows -> rows.rowCount());
    }

    private static Tuple tuple(TrueItem item) {
        return Tuple.of(
                item.job().toString(),
                item.item(),
                item.job().deployment().model(),
                item.job().deployment().alias(),
                item.truth(),
                item.given().atOffset(ZoneOffset.UTC));
    }
}
