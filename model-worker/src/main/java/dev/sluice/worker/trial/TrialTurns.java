package dev.sluice.worker.trial;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * As many trials side by side as there are cores, so that they do not slow each other and the live versions down. One that takes long
 * gives up its turn and runs on: a version that hangs does not delay the others.
 */
final class TrialTurns {
    private static final Duration LONG = Duration.ofSeconds(3);
    /** Also those that have given up their turn, for the sake of memory. */
    private static final int MOST_PER_CORE = 4;

    private final Semaphore turns;
    private final Semaphore running;

    TrialTurns(int cores) {
        int sideBySide = Math.max(2, cores);
        this.turns = new Semaphore(sideBySide, true);
        this.running = new Semaphore(MOST_PER_CORE * sideBySide, true);
    }

    Turn take() throws InterruptedException {
        running.acquire();
        try {
            turns.acquire();
        } catch (InterruptedException e) {
            running.release();
            throw e;
        }
        return new Turn();
    }

    /** The right to run one trial. Used by one thread. */
    final class Turn implements AutoCloseable {
        private final long start = System.nanoTime();
        private boolean isHeld = true;

        /** To be called now and then. */
        void giveUpWhenLong() {
            if (isHeld && System.nanoTime() - start > LONG.toNanos()) {
                giveUp();
            }
        }

        @Override
        public void close() {
            giveUp();
            running.release();
        }

        private void giveUp() {
            if (isHeld) {
                isHeld = false;
                turns.release();
            }
        }
    }
}
