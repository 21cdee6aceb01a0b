package dev.sluice.monitor.database;

import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.flywaydb.core.Flyway;

/** Postgres. Every statement ends within a time limit, with a result or a failure. */
public final class Database {
    private static final int MOST_CONNECTIONS = 4;

    private final Vertx vertx;
    private final PgConnectOptions where;
    private final Pool pool;
    private final Duration answerWithin;

    /** @param address {@code postgresql://user:password@host:port/database} */
    public Database(Vertx vertx, Address address, Duration connectWithin, Duration answerWithin) {
        this.vertx = vertx;
        this.answerWithin = answerWithin;
        this.where = PgConnectOptions.fromUri(address.withCredentials()).setReconnectAttempts(0);
        this.where.setCachePreparedStatements(true);
        PoolOptions options = new PoolOptions()
                .setMaxSize(MOST_CONNECTIONS)
                .setConnectionTimeout((int) connectWithin.toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        this.pool =
                PgBuilder.pool().with(options).connectingTo(where).using(vertx).build();
    }

    /** Creates the tables or migrates them to this release. */
    public Future<Void> migrate() {
        String jdbc = "jdbc:postgresql://%s:%d/%s?sslmode=%s"
                .formatted(
                        where.getHost(),
                        where.getPort(),
                        where.getDatabase(),
                        where.getSslMode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return vertx.executeBlocking(() -> {
            Flyway.configure()
                    .dataSource(jdbc, where.getUser(), where.getPassword())
                    .load()
                    .migrate();
            return null;
        });
    }

    /** One statement without parameters. */
    public Future<RowSet<Row>> run(String sql) {
        return limited(pool.query(sql).execute());
    }

    /** One statement. */
    public Future<RowSet<Row>> run(String sql, Tuple parameters) {
        return limited(pool.preparedQuery(sql).execute(parameters));
    }

    /** Runs statements in one transaction. */
    public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return limited(pool.withTransaction(work));
    }

    public Future<Void> close() {
        return pool.close();
    }

    private <T> Future<T> limited(Future<T> answer) {
        return answer.timeout(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
    }
}
