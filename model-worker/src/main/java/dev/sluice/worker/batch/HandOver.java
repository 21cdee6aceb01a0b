package dev.sluice.worker.batch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Passes batches from the loop that takes to the loops that infer. It stores nothing: a batch belongs to the taking loop until an inference
 * loop accepts it.
 */
final class HandOver {
    /** How long a taken batch may wait for a running one, beyond what was expected of that. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** How soon a stop ends the waiting of a batch. */
    private static final Duration SLICE = Duration.ofMillis(20);

    /** Batches end earlier than expected by up to a third. */
    private static final int EARLY_PART = 3;

    private final SynchronousQueue<Optional<TakenBatch>> queue = new SynchronousQueue<>();
    private final PrefetchGate gate;
    private final BatchCost cost;
    private final IntSupplier loops;
    private final LongSupplier nanos;
    private volatile boolean closed;

    /**
     * A hand-over without waiting batches.
     *
     * @param loops how many batches may run side by side now; the gate keeps to it
     * @param nanos as {@link System#nanoTime()}
     */
    HandOver(BatchCost cost, IntSupplier loops, LongSupplier nanos) {
        this.gate = new PrefetchGate(nanos);
        this.cost = cost;
        this.loops = loops;
        this.nanos = nanos;
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

    /** @return whether a loop accepted it in time, and before {@link #takeNoMore} */
    boolean offer(TakenBatch batch) throws InterruptedException {
        Duration expected = cost.expectedFor(batch.items());
        gate.handingOver(expected.toNanos(), loops.getAsInt());
        boolean accepted = false;
        try {
            TimeLeft patience = TimeLeft.of(PATIENCE.plus(expected.multipliedBy(2)), nanos);
            while (!accepted && !closed && !patience.left().isZero()) {
                accepted = queue.offer(Optional.of(batch), SLICE.toMillis(), TimeUnit.MILLISECONDS);
            }
            return accepted;
        } finally {
            if (!accepted) {
                gate.takenBack();
            }
        }
    }

    /** The next batch for an idle loop; empty if there will be no more. */
    Optional<TakenBatch> next() throws InterruptedException {
        return queue.take();
    }

    /** Reports that a loop has finished its batch. */
    void ended() {
        gate.ended();
    }

    /** Ends all waiting for free space, and that of an offered batch. */
    void takeNoMore() {
        closed = true;
        gate.openForGood();
    }

    /** Ends one loop, as soon as it is idle. @return false if none was within that time */
    boolean dismissOne(Duration within) throws InterruptedException {
        return queue.offer(Optional.empty(), within.toMillis(), TimeUnit.MILLISECONDS);
    }
}
