package dev.sluice.monitor.transfer;

import dev.sluice.model.Deployment;
import dev.sluice.monitor.database.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** The table of rows that Postgres refused: the dead letters of the transfers. */
public final class RefusedRows {
    private static final String INSERT = """
            insert into refused_row (relation, model, alias, row_key, reason, content) values ($1, $2, $3, $4, $5, $6)
            on conflict do nothing""";

    private final Database database;

    public RefusedRows(Database database) {
        this.database = database;
    }

    /**
     * Stores one row with the reason of its refusal, once.
     *
     * @param relation the table that it is for
     * @param key tells it from the other rows of that table
     */
    Future<Void> keep(Deployment deployment, String relation, String key, String reason, JsonObject content) {
        return database.run(
                        INSERT,
                        Tuple.of(
                                relation,
                                deployment.model(),
                                deployment.alias(),
                                Database.storable(key),
                                Database.storable(reason),
                                Buffer.buffer(content.encode())))
                .mapEmpty();
    }

    /** @return the number of deleted rows */
    public Future<Integer> dropBefore(LocalDate day) {
        OffsetDateTime start = day.atStartOfDay().atOffset(ZoneOffset.UTC);
        return database.run("delete from refused_row where refused < $1", Tuple.of(start))
                .map(rows -> rows.rowCount());
    }
}
