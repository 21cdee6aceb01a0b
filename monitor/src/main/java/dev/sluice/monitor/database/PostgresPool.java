package dev.sluice.monitor.database;

import dev.sluice.redis.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to Postgres. Every statement ends within a time limit, with a result or a failure.
 *
 * <p>Once a connection does not answer, the pool is replaced with all its connections: it would give the silent ones out again. After a
 * refused login, statements fail at once for a while.
 */
final class PostgresPool {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresPool.class);
    private static final int MOST_CONNECTIONS = 4;
    private static final Duration CHECK_EVERY = Duration.ofSeconds(2);
    private static final Duration CHECK_WITHIN = Duration.ofSeconds(3);
    /** One may only have waited for other statements. */
    private static final int FAILED_CHECKS = 2;

    private final Vertx vertx;
    private final PgConnectOptions where;
    private final Duration connectWithin;
    private final Duration answerWithin;
    private final Backoff refusals = Backoff.afterRefusedLogin();

    private volatile Pool pool;
    private volatile @Nullable Refusal refusal;
    private volatile boolean silenceLogged;
    private volatile boolean closed;
    private int failedChecks;

    /** Until then no other login is tried. */
    private record Refusal(PgException fault, long untilNanos) {}

    PostgresPool(Vertx vertx, PgConnectOptions where, Duration connectWithin, Duration answerWithin) {
        this.vertx = vertx;
        this.connectWithin = connectWithin;
        this.answerWithin = answerWithin;
        this.where = where;
        this.pool = openPool();
        checkLater();
    }

    private Pool openPool() {
        PoolOptions options = new PoolOptions()
                .setMaxSize(MOST_CONNECTIONS)
                .setConnectionTimeout((int) connectWithin.toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        NetClientOptions network = new NetClientOptions()
                .setConnectTimeout((int) connectWithin.toMillis())
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true)
                // A closed pool waits for the answers to what it has sent; this ends a connection that never gets one.
                .setReadIdleTimeout((int) answerWithin.plus(connectWithin).toSeconds());
        return PgBuilder.pool()
                .with(options)
                .with(network)
                .connectingTo(where)
                .using(vertx)
                .build();
    }

    /** Ends in time. */
    <T> Future<T> run(Function<Pool, Future<T>> work) {
        return limited(answerWithin, work);
    }

    Future<Void> close() {
        closed = true;
        return pool.close();
    }

    private <T> Future<T> limited(Duration limit, Function<Pool, Future<T>> work) {
        Refusal recent = refusal;
        if (recent != null && System.nanoTime() - recent.untilNanos() < 0) {
            return Future.failedFuture(recent.fault());
        }
        Pool used = pool;
        return work.apply(used)
                .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(_ -> answered())
                .onFailure(failure -> {
                    switch (failure) {
                        case PgException error when isRefusedLogin(error) -> refused(error);
                        case TimeoutException _ when limit.equals(answerWithin) -> replace(used);
                        default -> {}
                    }
                });
    }

    private static boolean isRefusedLogin(PgException error) {
        return error.getSqlState() != null && error.getSqlState().startsWith("28");
    }

    private void refused(PgException error) {
        long pause = refusals.nextMs();
        if (refusal == null) {
            LOG.warn(
                    "Postgres refuses the login, retrying: {}: correct the user and password in --database",
                    error.getMessage());
        }
        refusal = new Refusal(error, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause));
    }

    private void answered() {
        if (refusal != null || silenceLogged) {
            LOG.info("Postgres answers again");
        }
        refusal = null;
        silenceLogged = false;
        refusals.reset();
        failedChecks = 0;
    }

    private void checkLater() {
        vertx.setTimer(CHECK_EVERY.toMillis(), _ -> {
            if (!closed) {
                check();
            }
        });
    }

    /** Finds a silent connection sooner than a statement does, which may take its time. */
    private void check() {
        Pool checked = pool;
        limited(CHECK_WITHIN, present -> present.query("select 1").execute())
                .onFailure(failure -> {
                    if (isTimeOut(failure) && ++failedChecks >= FAILED_CHECKS) {
                        replace(checked);
                    }
                })
                .onComplete(_ -> checkLater());
    }

    /** The pool's own time-out, while all its connections are under way, has no class of its own. */
    private static boolean isTimeOut(Throwable failure) {
        return failure instanceof TimeoutException
                || String.valueOf(failure.getMessage()).contains("Timeout");
    }

    private void replace(Pool silent) {
        if (closed || !silent.equals(pool)) {
            return;
        }
        failedChecks = 0;
        if (!silenceLogged) {
            LOG.warn("Postgres does not answer: connecting anew");
            silenceLogged = true;
        }
        pool = openPool();
        silent.close();
    }
}
