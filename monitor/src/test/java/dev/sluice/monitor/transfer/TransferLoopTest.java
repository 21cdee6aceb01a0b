package dev.sluice.monitor.transfer;

import static dev.sluice.chaos.Futures.await;
import static dev.sluice.monitor.Waiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.model.Deployment;
import dev.sluice.queue.QueueKeys;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop that runs the transfers, whatever they move. */
class TransferLoopTest {
    private static final Deployment LOAN = Deployment.parse("loan@champion");
    private static final int BACKLOG = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger moves = new AtomicInteger();
    private RealRedis redis;
    private DeploymentBoard board;

    @BeforeEach
    void startRedis() {
        redis = RealRedis.start();
        RedisLink link = RedisLink.open(vertx, redis.url(), "transfer-loop", Duration.ofSeconds(5));
        await(link.connected());
        await(link.send(Request.cmd(Command.SADD).arg(QueueKeys.DEPLOYMENTS).arg(LOAN.toString())));
        board = new DeploymentBoard(link);
    }

    @AfterEach
    void stopRedis() {
        await(vertx.close());
        redis.close();
    }

    @Test
    void aBacklogOfAnyLengthIsMovedOnAStackThatDoesNotGrowWithIt() {
        AtomicLong deepest = new AtomicLong();
        Transfers transfers = start(1, _ -> {
            deepest.accumulateAndGet(StackWalker.getInstance().walk(Stream::count), Math::max);
            return Future.succeededFuture(moves.incrementAndGet() < BACKLOG);
        });
        until("all is moved", () -> moves.get() > BACKLOG);
        await(transfers.stop());
        assertTrue(deepest.get() < 100, deepest + " frames for " + BACKLOG + " moves");
    }

    @Test
    void aStopWaitsForTheMoveUnderWayAndForNoPause() {
        Transfers transfers = start(1e-9, _ -> Future.succeededFuture(moves.incrementAndGet() > 0));
        until("one batch is moved, the next one waits for hours", () -> moves.get() == 1);
        await(transfers.stop());
        assertEquals(1, moves.get());
    }

    @Test
    void aStopBeforeTheStartEndsAtOnce() {
        Transfers transfers = new Transfers(vertx, board, List.of(), 1);
        await(transfers.stop());
        assertFalse(transfers.isMoving());
    }

    private Transfers start(double share, Transfer transfer) {
        Transfers transfers = new Transfers(vertx, board, List.of(transfer), share);
        vertx.runOnContext(_ -> transfers.start());
        return transfers;
    }
}
