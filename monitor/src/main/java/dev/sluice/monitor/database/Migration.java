package dev.sluice.monitor.database;

import dev.sluice.redis.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Migrates the tables as soon as Postgres is available: it may start after this process. A reason for waiting is logged once. */
public final class Migration {
    private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

    private final Vertx vertx;
    private final Database database;
    private final Backoff backoff = new Backoff();
    private final Backoff refusals = Backoff.afterRefusedLogin();
    private final Promise<Void> done = Promise.promise();
    private String logged = "";
    private boolean stopped;

    public Migration(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
    }

    /** Succeeds when the tables are there, unless it was stopped before. Never fails. */
    public Future<Void> start() {
        attempt();
        return done.future();
    }

    /** An attempt that is under way may still migrate the tables. */
    public void stop() {
        stopped = true;
    }

    private void attempt() {
        if (!stopped) {
            database.migrate().onComplete(this::succeeded, this::failed);
        }
    }

    private void succeeded(Void tables) {
        if (!stopped) {
            done.complete();
        }
    }

    private void failed(Throwable failure) {
        if (stopped) {
            return;
        }
        String reason = firstLine(failure);
        if (!reason.equals(logged)) {
            LOG.warn("Postgres is not available, retrying: {}", reason);
            logged = reason;
        }
        vertx.setTimer((isRefusedLogin(failure) ? refusals : backoff).nextMs(), _ -> attempt());
    }

    private static boolean isRefusedLogin(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> false;
            case SQLException error when String.valueOf(error.getSQLState()).startsWith("28") -> true;
            default -> isRefusedLogin(failure.getCause());
        };
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
