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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets each transfer have its way with each deployment, again and again. While an end of it is away everything waits where it is. */
public final class Transfers {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Vertx vertx;
    private final DeploymentBoard board;
    private final List<Transfer> transfers;
    private final Backoff backoff = new Backoff();
    private final Promise<Void> ended = Promise.promise();

    private boolean started;
    private boolean stopping;
    private boolean failing;

    public Transfers(Vertx vertx, DeploymentBoard board, List<Transfer> transfers) {
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
                tell(done.cause());
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
        return transfer.moveSome(deployment)
                .compose(more -> more && !stopping ? empty(transfer, deployment) : Future.succeededFuture());
    }

    private void tell(Throwable failure) {
        if (!failing) {
            LOG.warn("what was predicted waits in the queue, trying again: {}", String.valueOf(failure.getMessage()));
            failing = true;
        }
    }
}
