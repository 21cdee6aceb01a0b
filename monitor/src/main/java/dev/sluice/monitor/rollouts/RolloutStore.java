package dev.sluice.monitor.rollouts;

import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import dev.sluice.monitor.database.Database;
import dev.sluice.monitor.transfer.IsolatingStore;
import dev.sluice.monitor.transfer.RefusedRows;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
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
    Future<Void> keep(List<EndedRollout> rollouts) {
        return database.transaction(connection -> connection
                .preparedQuery(INSERT)
                .executeBatch(rollouts.stream().map(RolloutStore::tuple).toList())
                .mapEmpty());
    }

    /** Stores those that Postgres takes. */
    public IsolatingStore<EndedRollout> isolating(RefusedRows refused, MeterRegistry metrics) {
        return new IsolatingStore<>(
                new IsolatingStore.Table<>("rollout", this::keep, EndedRollout::key, EndedRollout::json),
                refused,
                metrics);
    }

    /** @return the number of deleted rows */
    public Future<Integer> dropBefore(LocalDate day) {
        OffsetDateTime start = day.atStartOfDay().atOffset(ZoneOffset.UTC);
        return database.run("delete from rollout where ended < $1", Tuple.of(start))
                .map(rows -> rows.rowCount());
    }

    private static Tuple tuple(EndedRollout rollout) {
        Deployment deployment = rollout.deployment();
        RolloutNote note = rollout.note();
        return Tuple.of(
                rollout.ended(),
                deployment.model(),
                deployment.alias(),
                note.version(),
                note.worker(),
                note.state(),
                Database.storable(note.reason()));
    }
}
