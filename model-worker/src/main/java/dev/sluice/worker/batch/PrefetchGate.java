package dev.sluice.worker.batch;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Decides when the next batch may be taken: while a loop is idle, or shortly before the first of the running batches is expected to end.
 */
final class PrefetchGate {
    static final long UNTIL_ONE_ENDS = Long.MAX_VALUE;

    private final PriorityQueue<Long> expectedEnds = new PriorityQueue<>((a, b) -> Long.signum(a - b));
    private final LongSupplier nanos;
    private boolean shut;
    private boolean open;

    /** @param nanos as {@link System#nanoTime()} */
    PrefetchGate(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @param expectedNanos how long the batch is expected to take once a loop has it */
    synchronized void handingOver(long expectedNanos, int loops) {
        long begin = nanos.getAsLong();
        if (expectedEnds.size() >= loops) {
            begin = Math.max(begin, expectedEnds.element());
        }
        expectedEnds.add(begin + expectedNanos);
    }

    /**
     * Call this if no loop accepted a batch, because the running ones take much longer than expected: nothing is taken until one of them
     * has ended.
     */
    synchronized void takenBack() {
        expectedEnds.remove(expectedEnds.stream().max(expectedEnds.comparator()).orElseThrow());
        shut = true;
    }

    synchronized void ended() {
        expectedEnds.poll();
        shut = false;
        notifyAll();
    }

    /** Opens the gate permanently. */
    synchronized void openForGood() {
        open = true;
        notifyAll();
    }

    /**
     * Blocks while {@link #nanosUntilRoom} is above 0.
     *
     * @param leadNanos how long taking a batch takes
     * @param loops how many batches may run side by side
     */
    synchronized void await(long leadNanos, int loops) throws InterruptedException {
        for (long wait = nanosUntilRoom(leadNanos, loops); wait > 0; wait = nanosUntilRoom(leadNanos, loops)) {
            if (wait == UNTIL_ONE_ENDS) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, wait);
            }
        }
    }

    /** 0 if a batch may be taken now; {@link #UNTIL_ONE_ENDS} if no time is known. */
    synchronized long nanosUntilRoom(long leadNanos, int loops) {
        if (open || expectedEnds.size() < loops) {
            return 0;
        }
        return shut ? UNTIL_ONE_ENDS : Math.max(0, expectedEnds.element() - leadNanos - nanos.getAsLong());
    }
}
