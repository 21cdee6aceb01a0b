package dev.sluice.worker.batch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** From the loop that takes to those that infer. Holds nothing: a batch is the taker's until a loop comes for it. */
final class HandOver {
    /** How long a taken batch may wait for a running one, beyond what was expected of that. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** Batches end earlier than expected by up to a third. */
    private static final int EARLY_PART = 3;

    private final SynchronousQueue<Optional<TakenBatch>> queue = new SynchronousQueue<>();
    private final PrefetchGate gate = new PrefetchGate();
    private final BatchCost cost;
    private final IntSupplier loops;

    /** @param loops how many batches may run side by side now; the gate keeps to it */
    HandOver(BatchCost cost, IntSupplier loops) {
        this.cost = cost;
        this.loops = loops;
    }

    /**
     * Blocks until a batch that is taken then will not have to wait long. Rather a little early than late: a loop that waits for Redis is a
     * core that does nothing.
     *
     * @param taking how long a take lasts
     * @param most items that it may bring
     */
    void awaitRoom(Duration taking, int most) throws InterruptedException {
        Duration early = cost.expectedFor(most).dividedBy(EARLY_PART);
        gate.await(taking.multipliedBy(2).plus(early).toNanos(), loops.getAsInt());
    }

    /** @return whether a loop came for it in time */
    boolean offer(TakenBatch batch) throws InterruptedException {
        Duration expected = cost.expectedFor(batch.items());
        gate.handingOver(expected.toNanos(), loops.getAsInt());
        Duration patience = PATIENCE.plus(expected.multipliedBy(2));
        boolean taken = queue.offer(Optional.of(batch), patience.toMillis(), TimeUnit.MILLISECONDS);
        if (!taken) {
            gate.takenBack();
        }
        return taken;
    }

    /** For a loop that has nothing to do; empty: there will be no more. */
    Optional<TakenBatch> next() throws InterruptedException {
        return queue.take();
    }

    /** For a loop that has done what it was given. */
    void ended() {
        gate.ended();
    }

    /** From now on nobody waits for room. */
    void takeNoMore() {
        gate.openForGood();
    }

    /** Sends one loop home. */
    void dismissOne() throws InterruptedException {
        queue.put(Optional.empty());
    }
}
