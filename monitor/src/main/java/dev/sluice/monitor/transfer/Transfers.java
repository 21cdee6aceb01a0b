package dev.sluice.monitor.transfer;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.model.Deployment;
import dev.sluice.redis.Backoff;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each transfer for each deployment repeatedly. While Redis or Postgres is down nothing is lost: records remain in Redis. Only a share
 * of the time is spent on transfers, however large the backlog: predictions use the same processors as this process and Postgres.
 */
public final class Transfers {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Vertx vertx;
    private final DeploymentBoard board;
    private final List<Transfer> transfers;
    private final double share;
    private final Backoff backoff = new Backoff();
    private final Promise<Void> ended = Promise.promise();
    /** What follows each pause, by the pause's timer. */
    private final Map<Long, Runnable> afterPauses = new HashMap<>();

    private volatile @Nullable Context context;
    private boolean stopping;
    private boolean failing;

    /** @param share of the time that moving may take while more waits; 1 for all of it */
    public Transfers(Vertx vertx, DeploymentBoard board, List<Transfer> transfers, double share) {
        this.share = share;
        this.vertx = vertx;
        this.board = board;
        this.transfers = List.copyOf(transfers);
    }

    /** Call it once, on the event loop to which it is to belong. */
    public void start() {
        context = vertx.getOrCreateContext();
        round();
    }

    /** Ends with the moves that are under way, without the pauses. */
    public Future<Void> stop() {
        Context own = context;
        if (own == null) {
            return Future.succeededFuture();
        }
        own.runOnContext(_ -> {
            stopping = true;
            List<Long> timers = List.copyOf(afterPauses.keySet());
            timers.forEach(vertx::cancelTimer);
            timers.forEach(this::endPause);
        });
        return ended.future();
    }

    /** Whether the last round came to its end. */
    public boolean isMoving() {
        return context != null && !failing;
    }

    private void round() {
        if (stopping) {
            ended.tryComplete();
            return;
        }
        board.deployments().compose(this::emptyAll).onComplete(done -> {
            if (done.succeeded()) {
                backoff.reset();
                failing = false;
                pause(PAUSE.toMillis(), this::round);
            } else {
                logOnce(done.cause());
                pause(backoff.nextMs(), this::round);
            }
        });
    }

    private Future<?> emptyAll(List<Deployment> deployments) {
        List<Future<Void>> moves = new ArrayList<>();
        for (Deployment deployment : deployments) {
            for (Transfer transfer : transfers) {
                Promise<Void> emptied = Promise.promise();
                moveUntilEmpty(() -> transfer.moveSome(deployment), emptied);
                moves.add(emptied.future());
            }
        }
        return Future.join(moves);
    }

    /** Each move ends before the next begins: composed futures would all be held until the backlog is empty. */
    private void moveUntilEmpty(Supplier<Future<Boolean>> moveSome, Promise<Void> emptied) {
        long begun = System.nanoTime();
        moveSome.get().onComplete(moved -> {
            if (moved.failed()) {
                emptied.fail(moved.cause());
            } else if (!moved.result() || stopping) {
                emptied.complete();
            } else {
                double restMs = (System.nanoTime() - begun) / 1e6 * (1 / share - 1);
                pause(Math.round(restMs), () -> {
                    if (stopping) {
                        emptied.complete();
                    } else {
                        moveUntilEmpty(moveSome, emptied);
                    }
                });
            }
        });
    }

    /** Even without a pause {@code next} runs in a turn of its own, so that the stack does not grow. */
    private void pause(long millis, Runnable next) {
        if (stopping) {
            next.run();
        } else if (millis < 1) {
            vertx.runOnContext(_ -> next.run());
        } else {
            long timer = vertx.setTimer(millis, this::endPause);
            afterPauses.put(timer, next);
        }
    }

    private void endPause(long timer) {
        Runnable next = afterPauses.remove(timer);
        if (next != null) {
            next.run();
        }
    }

    private void logOnce(Throwable failure) {
        if (!failing && !RedisUnavailableException.isLogged(failure)) {
            LOG.warn(
                    "Cannot copy predictions and feedback to Postgres, retrying; they remain in Redis: {}",
                    String.valueOf(failure.getMessage()));
        }
        failing = true;
    }
}
