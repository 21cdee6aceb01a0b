package dev.sluice.worker.lease;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A bell that is heard even when it rang just before somebody listened. */
public final class WakeUp {
    private final Semaphore bell = new Semaphore(0);

    public void ring() {
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    /** Returns when the bell rings, or after the limit. */
    public void await(Duration limit) throws InterruptedException {
        if (bell.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            bell.drainPermits();
        }
    }
}
