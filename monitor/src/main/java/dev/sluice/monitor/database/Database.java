package dev.sluice.monitor.database;

import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Postgres. Every statement ends within a time limit, with a result or a failure. If a statement finds that tables or columns are missing,
 * as in a database that was restored from an older backup, the database is migrated again.
 */
public final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final Duration LOGIN_WITHIN = Duration.ofSeconds(5);
    /** A migration may take long; this only ends one whose connection is silent. */
    private static final Duration MIGRATION_SILENT = Duration.ofMinutes(10);

    /** Data exception, integrity constraint violation, program limit exceeded. */
    private static final Set<String> REFUSALS = Set.of("22", "23", "54");

    private static final String CHECK_VIOLATION = "23514";
    /** Undefined table, undefined column. */
    private static final Set<String> MISSING = Set.of("42P01", "42703");

    private static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");
    /** Replaces the one character that Postgres cannot store. */
    private static final char NO_CHARACTER = '\ufffd';

    private final Vertx vertx;
    private final PgConnectOptions where;
    private final PostgresPool pool;
    private final Duration connectWithin;
    private final AtomicBoolean migrating = new AtomicBoolean();
    private volatile boolean migrated;

    /** @param address {@code postgresql://user:password@host:port/database} */
    public Database(Vertx vertx, Address address, Duration connectWithin, Duration answerWithin) {
        this.vertx = vertx;
        this.connectWithin = connectWithin;
        this.where = PgConnectOptions.fromUri(address.withCredentials()).setReconnectAttempts(0);
        this.where.setCachePreparedStatements(true);
        this.pool = new PostgresPool(vertx, where, connectWithin, answerWithin);
    }

    /** Creates the tables or migrates them to this release. */
    public Future<Void> migrate() {
        String jdbc =
                "jdbc:postgresql://%s:%d/%s?sslmode=%s&connectTimeout=%d&loginTimeout=%d&socketTimeout=%d&tcpKeepAlive=true"
                        .formatted(
                                where.getHost(),
                                where.getPort(),
                                where.getDatabase(),
                                where.getSslMode()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'),
                                connectWithin.toSeconds(),
                                LOGIN_WITHIN.toSeconds(),
                                MIGRATION_SILENT.toSeconds());
        return vertx.executeBlocking(() -> {
            Flyway.configure()
                    .dataSource(jdbc, where.getUser(), where.getPassword())
                    .load()
                    .migrate();
            migrated = true;
            return null;
        });
    }

    /** Whether Postgres refuses the data of a statement, so that it would refuse them again. */
    public static boolean isRefusal(Throwable failure) {
        return failure instanceof PgException refusal
                && REFUSALS.contains(refusal.getSqlState().substring(0, 2));
    }

    /** Whether a row breaks a check; a row for which there is no partition does. */
    public static boolean isCheckViolation(Throwable failure) {
        return failure instanceof PgException refusal && CHECK_VIOLATION.equals(refusal.getSqlState());
    }

    /** The text without the one character that Postgres cannot store. */
    public static String storable(String text) {
        return text.replace('\0', NO_CHARACTER);
    }

    /** One statement without parameters. */
    public Future<RowSet<Row>> run(String sql) {
        return withTables(pool.run(present -> present.query(sql).execute()));
    }

    /** One statement. */
    public Future<RowSet<Row>> run(String sql, Tuple parameters) {
        return withTables(pool.run(present -> present.preparedQuery(sql).execute(parameters)));
    }

    /** Runs statements in one transaction. */
    public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return withTables(pool.run(present -> present.withTransaction(work)));
    }

    /** Whether this is a time that a column and the name of a partition can hold; an untrusted writer may send any. */
    public static boolean isStorable(Instant time) {
        return !time.isBefore(Instant.EPOCH) && time.isBefore(END_OF_TIME);
    }

    public Future<Void> close() {
        return pool.close();
    }

    private <T> Future<T> withTables(Future<T> answer) {
        return answer.onFailure(this::migrateIfTablesAreMissing);
    }

    private void migrateIfTablesAreMissing(Throwable failure) {
        if (migrated
                && failure instanceof PgException refusal
                && MISSING.contains(refusal.getSqlState())
                && migrating.compareAndSet(false, true)) {
            LOG.warn("Tables or columns are missing, migrating the database again: {}", failure.getMessage());
            migrate()
                    .onComplete(_ -> migrating.set(false))
                    .onFailure(again -> LOG.warn("Cannot migrate the database: {}", again.getMessage()));
        }
    }
}
