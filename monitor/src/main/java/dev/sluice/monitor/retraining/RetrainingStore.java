package dev.sluice.monitor.retraining;

import dev.sluice.monitor.database.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The requested retrainings and their results; through this table all monitors run one retraining at a time. */
final class RetrainingStore {
    /** The number of the advisory lock; no other code uses it. */
    private static final long LOCK = 0x5147_5243L;

    private static final String NOT_STARTED = "not started";
    /** A lease that was not renewed for this long belongs to a monitor that has ended; polling a trainer may take 40 s. */
    static final Duration LEASE = Duration.ofSeconds(90);

    private final Database database;
    private final Duration coolDown;
    private final String monitor;

    /**
     * The table, as one monitor uses it.
     *
     * @param coolDown after a retraining of a model has ended, until the next
     * @param monitor name of this monitor, which no other has or had
     */
    RetrainingStore(Database database, Duration coolDown, String monitor) {
        this.database = database;
        this.coolDown = coolDown;
        this.monitor = monitor;
    }

    /** One that has not ended and that this monitor looks after. */
    record Open(long id, String model, Optional<String> run) {}

    /** The result of a claim. */
    sealed interface Answer {
        /** The retraining may start, and no other. */
        record Yours(long id) implements Answer {}

        /** @param reason for people */
        record No(String reason) implements Answer {}
    }

    Future<Answer> claim(Alert alert) {
        return database.transaction(connection -> connection
                .query("select pg_advisory_xact_lock(" + LOCK + ")")
                .execute()
                .compose(_ -> obstacle(connection, alert))
                .compose(obstacle -> obstacle.isPresent()
                        ? Future.succeededFuture(new Answer.No(obstacle.get()))
                        : connection
                                .preparedQuery(
                                        "insert into retraining (model, alert, fingerprint, monitor) values ($1, $2, $3, $4) returning id")
                                .execute(Tuple.of(alert.model(), alert.name(), alert.fingerprint(), monitor))
                                .map(rows ->
                                        new Answer.Yours(rows.iterator().next().getLong(0)))));
    }

    private Future<Optional<String>> obstacle(SqlConnection connection, Alert alert) {
        OffsetDateTime since = OffsetDateTime.now(ZoneOffset.UTC).minus(coolDown);
        return connection
                .preparedQuery("""
                        select model, fingerprint, ended from retraining
                        where ended is null or (model = $1 and ended > $2 and outcome <> $3)
                        order by ended nulls first limit 1""")
                .execute(Tuple.of(alert.model(), since, NOT_STARTED))
                .map(rows -> {
                    if (rows.size() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    if (row.getString("fingerprint").equals(alert.fingerprint())) {
                        return Optional.of("this alert has already started one");
                    }
                    return Optional.of(
                            row.getValue("ended") == null
                                    ? "a retraining of %s is running".formatted(row.getString("model"))
                                    : "%s was retrained less than %d s ago (--retrain-cool-down)"
                                            .formatted(alert.model(), coolDown.toSeconds()));
                });
    }

    Future<Void> started(long id, String run) {
        return database.run("update retraining set run = $2 where id = $1", Tuple.of(id, run))
                .mapEmpty();
    }

    /** Releases the claim, unless its run is known by now: it may be requested again at once. */
    Future<Void> notStarted(long id, String why) {
        return end(id, NOT_STARTED, why, " and run is null");
    }

    Future<Void> ended(long id, Trainer.Ending ending) {
        return end(id, ending.succeeded() ? "succeeded" : "failed", ending.detail(), "");
    }

    /**
     * Renews the leases of this monitor and takes over released ones.
     *
     * @param alsoExpired whether to take over those whose lease has expired, too; their monitor has ended
     * @return the retrainings that this monitor now looks after
     */
    Future<List<Open>> renew(boolean alsoExpired) {
        return database.run("""
                        update retraining set monitor = $1, renewed = now()
                        where ended is null and (monitor = $1 or renewed = '-infinity'
                          or ($2 and renewed < now() - $3 * interval '1 second'))
                        returning id, model, run""", Tuple.of(monitor, alsoExpired, (double) LEASE.toSeconds()))
                .map(rows -> {
                    List<Open> open = new ArrayList<>();
                    rows.forEach(row -> open.add(new Open(
                            row.getLong("id"), row.getString("model"), Optional.ofNullable(row.getString("run")))));
                    return open;
                });
    }

    /** How many run, whichever monitor looks after them. */
    Future<Integer> running() {
        return database.run("select count(*) from retraining where ended is null")
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /** Another monitor may take over at once what this one looks after. */
    Future<Void> release() {
        return database.run(
                        "update retraining set renewed = '-infinity' where ended is null and monitor = $1",
                        Tuple.of(monitor))
                .mapEmpty();
    }

    /** The last hundred, newest first. */
    Future<JsonArray> recent() {
        return database.run("select * from retraining order by id desc limit 100")
                .map(rows -> {
                    JsonArray all = new JsonArray();
                    for (Row row : rows) {
                        JsonObject one = new JsonObject();
                        for (String column :
                                List.of("id", "model", "alert", "requested", "run", "ended", "outcome", "detail")) {
                            Object value = row.getValue(column);
                            one.put(column, value instanceof OffsetDateTime time ? time.toString() : value);
                        }
                        all.add(one);
                    }
                    return all;
                });
    }

    private Future<Void> end(long id, String outcome, String detail, String condition) {
        return database.run(
                        "update retraining set ended = now(), outcome = $2, detail = $3 where id = $1 and ended is null"
                                + condition,
                        Tuple.of(id, outcome, Database.storable(detail)))
                .mapEmpty();
    }
}
