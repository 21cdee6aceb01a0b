package dev.sluice.worker.batch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Says when the next batch may be taken: when none runs, or shortly before the running one is expected to end. */
final class PrefetchGate {
    private static final long NEVER = Long.MAX_VALUE;

    private int pending;
    private long expectedEnd;
    private boolean open;

    synchronized void handingOver(Duration expected) {
        long begin = pending == 0 ? System.nanoTime() : Math.max(System.nanoTime(), expectedEnd);
        expectedEnd = begin + expected.toNanos();
        pending++;
    }

    /** The running batch takes much longer than expected: nothing more until it has ended. */
    synchronized void takenBack() {
        pending--;
        expectedEnd = NEVER;
    }

    synchronized void ended() {
        pending--;
        notifyAll();
    }

    /** From now on nobody waits. */
    synchronized void openForGood() {
        open = true;
        notifyAll();
    }

    /** @param lead how long taking and decoding a batch takes */
    synchronized void await(Duration lead) throws InterruptedException {
        while (pending > 0 && !open) {
            if (expectedEnd == NEVER) {
                wait();
                continue;
            }
            long nanos = expectedEnd - lead.toNanos() - System.nanoTime();
            if (nanos <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
    }
}
