package dev.sluice.monitor.rollouts;

import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import dev.sluice.monitor.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** The table of rollouts that ended. */
public final class RolloutStore {
    private static final String INSERT = """
            insert into rollout (ended, model, alias, version, worker, state, reason) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict do nothing""";

    private final Database database;

    public RolloutStore(Database database) {
        this.database = database;
    }

    /** Stores all rollouts or none; existing rows do not change. */
    Future<Void> keep(Deployment deployment, List<RolloutNote> notes) {
        return database.transaction(connection -> connection
                .preparedQuery(INSERT)
                .executeBatch(
                        notes.stream().map(note -> tuple(deployment, note)).toList())
                .mapEmpty());
    }

    /** @return the number of deleted rows */
    public Future<Integer> dropBefore(LocalDate day) {
        OffsetDateTime start = day.atStartOfDay().atOffset(ZoneOffset.UTC);
        return database.run("delete from rollout where ended < $1", Tuple.of(start))
                .map(rows -> rows.rowCount());
    }

    private static Tuple tuple(Deployment deployment, RolloutNote note) {
        return Tuple.of(
                Instant.ofEpochMilli(note.at()).atOffset(ZoneOffset.UTC),
                deployment.model(),
                deployment.alias(),
                note.version(),
                note.worker(),
                note.state(),
                note.reason());
    }
}
