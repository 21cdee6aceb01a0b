package dev.sluice.worker.batch;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * Decides when the next batch may be taken: while a loop is idle, or shortly before the first of the running batches is expected to end.
 */
final class PrefetchGate {
    private final PriorityQueue<Long> expectedEnds = new PriorityQueue<>((a, b) -> Long.signum(a - b));
    private boolean shut;
    private boolean open;

    /** @param nanos how long the batch is expected to take once a loop has it */
    synchronized void handingOver(long nanos, int loops) {
        long begin = System.nanoTime();
        if (expectedEnds.size() >= loops) {
            begin = Math.max(begin, expectedEnds.element());
        }
        expectedEnds.add(begin + nanos);
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
     * @param leadNanos how long taking a batch takes
     * @param loops how many batches may run side by side
     */
    synchronized void await(long leadNanos, int loops) throws InterruptedException {
        while (!open && expectedEnds.size() >= loops) {
            if (shut) {
                wait();
                continue;
            }
            long nanos = expectedEnds.element() - leadNanos - System.nanoTime();
            if (nanos <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
    }
}
