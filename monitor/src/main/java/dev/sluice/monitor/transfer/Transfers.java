package dev.sluice.monitor.transfer;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Backoff;
import dev.sluice.queue.DeploymentBoard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

    private boolean started;
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
        started = true;
        round();
    }

    /** Ends with the moves that are under way. */
    public Future<Void> stop() {
        stopping = true;
        return started ? ended.future() : Future.succeededFuture();
    }

    /** Whether the last round came to its end. */
    public boolean isMoving() {
        return started && !failing;
    }

    private void round() {
        if (stopping) {
            ended.complete();
            return;
        }
        board.deployments().compose(this::emptyAll).onComplete(done -> {
            if (done.succeeded()) {
                backoff.reset();
                failing = false;
                vertx.setTimer(PAUSE.toMillis(), _ -> round());
            } else {
                logOnce(done.cause());
                vertx.setTimer(backoff.nextMs(), _ -> round());
            }
        });
    }

    private Future<?> emptyAll(List<Deployment> deployments) {
        List<Future<Void>> moves = new ArrayList<>();
        for (Deployment deployment : deployments) {
            transfers.forEach(transfer -> moves.add(empty(transfer, deployment)));
        }
        return Future.join(moves);
    }

    private Future<Void> empty(Transfer transfer, Deployment deployment) {
        long begun = System.nanoTime();
        return transfer.moveSome(deployment)
                .compose(more -> more && !stopping
                        ? rest(System.nanoTime() - begun).compose(_ -> empty(transfer, deployment))
                        : Future.succeededFuture());
    }

    private Future<Void> rest(long movedNanos) {
        long millis = Math.round(movedNanos / 1e6 * (1 / share - 1));
        return millis < 1
                ? Future.succeededFuture()
                : vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private void logOnce(Throwable failure) {
        if (!failing) {
            LOG.warn(
                    "Cannot copy predictions and feedback to Postgres, retrying; they remain in Redis: {}",
                    String.valueOf(failure.getMessage()));
            failing = true;
        }
    }
}
