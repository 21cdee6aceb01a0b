package dev.sluice.worker.batch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Passes batches from the loop that takes to the loops that infer. It stores nothing: a batch belongs to the taking loop until an inference
 * loop accepts it.
 */
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
     * Blocks until a batch that is taken now will not wait long. Returns early rather than late, because a loop that waits for Redis leaves
     * a core idle.
     *
     * @param taking how long a take lasts
     * @param most items that it may bring
     */
    void awaitRoom(Duration taking, int most) throws InterruptedException {
        Duration early = cost.expectedFor(most).dividedBy(EARLY_PART);
        gate.await(taking.multipliedBy(2).plus(early).toNanos(), loops.getAsInt());
    }

    /** @return whether a loop accepted it in time */
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

    /** The next batch for an idle loop; empty if there will be no more. */
    Optional<TakenBatch> next() throws InterruptedException {
        return queue.take();
    }

    /** Reports that a loop has finished its batch. */
    void ended() {
        gate.ended();
    }

    /** Ends all waiting for free space. */
    void takeNoMore() {
        gate.openForGood();
    }

    /** Ends one loop. */
    void dismissOne() throws InterruptedException {
        queue.put(Optional.empty());
    }
}
