package dev.sluice.worker.trial;

import dev.sluice.worker.files.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As many trials side by side as have cores of their own, over all workers on the cache, so that they do not slow each other and the live
 * versions down. One that takes long to load gives up its turn and runs on: a version that hangs does not delay the others. It gets a
 * turn again before it is measured.
 */
final class TrialTurns {
    private static final Logger LOG = LoggerFactory.getLogger(TrialTurns.class);
    private static final Duration LONG = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(50);
    /** Also those that have given up their turn, for the sake of memory. */
    private static final int MOST_PER_TURN = 4;

    private final Path trials;
    private final int turns;
    private final Duration patience;
    private int running;
    /** Trials that have given up their turn and are to be measured: they come before those that start. */
    private int returning;

    private int held;
    private long lastHeld = System.nanoTime();

    /**
     * @param trials folder of the turns' lock files
     * @param turns trials that have cores of their own side by side
     * @param patience with other workers, which may have been stopped while they hold all turns
     */
    TrialTurns(Path trials, int turns, Duration patience) {
        this.trials = trials;
        this.turns = turns;
        this.patience = patience;
    }

    synchronized Turn take() throws IOException, InterruptedException {
        Files.createDirectories(trials);
        long start = System.nanoTime();
        Optional<ProcessLock> lock = freeTurn();
        while (lock.isEmpty() && !isStuck(start)) {
            TimeUnit.NANOSECONDS.timedWait(this, POLL.toNanos());
            lock = freeTurn();
        }
        running++;
        return new Turn(lock);
    }

    /** Whether more trials run, of all workers on the cache, than have cores of their own. */
    boolean isCrowded() throws IOException {
        return TrialFolder.running(trials) > turns;
    }

    private Optional<ProcessLock> freeTurn() throws IOException {
        boolean isFull = running >= MOST_PER_TURN * Math.max(2, turns);
        return isFull || returning > 0 ? Optional.empty() : anyTurn();
    }

    /** Whether only other workers have held the turns for too long. */
    private boolean isStuck(long start) {
        boolean isStuck = held == 0 && System.nanoTime() - Math.max(start, lastHeld) > patience.toNanos();
        if (isStuck) {
            LOG.warn("Other workers hold the turns of all trials for {} s: going on without one", patience.toSeconds());
        }
        return isStuck;
    }

    private synchronized Optional<ProcessLock> anyTurn() throws IOException {
        for (int turn = 0; turn < turns; turn++) {
            Optional<ProcessLock> lock = ProcessLock.tryAcquire(trials.resolve("turn-%d.lock".formatted(turn)));
            if (lock.isPresent()) {
                held++;
                return lock;
            }
        }
        return Optional.empty();
    }

    private synchronized void free(ProcessLock lock) {
        held--;
        lastHeld = System.nanoTime();
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("The turn {} of a trial cannot be given back: {}", lock.file(), e.toString());
        }
        notifyAll();
    }

    private synchronized void returning(int change) {
        returning += change;
        notifyAll();
    }

    private synchronized void ended() {
        running--;
        notifyAll();
    }

    /** The right to run one trial. Used by one thread. */
    final class Turn implements AutoCloseable {
        private final long start = System.nanoTime();
        private @Nullable ProcessLock lock;
        private boolean isReturning;

        private Turn(Optional<ProcessLock> lock) {
            this.lock = lock.orElse(null);
        }

        /** To be called now and then while the version loads. */
        void giveUpWhenLong() {
            if (System.nanoTime() - start > LONG.toNanos()) {
                giveUp();
            }
        }

        /** To be called until it answers that the turn is held: before the version is measured. */
        boolean regain() throws IOException {
            if (lock == null) {
                if (!isReturning) {
                    isReturning = true;
                    returning(1);
                }
                lock = anyTurn().orElse(null);
            }
            if (lock != null) {
                endReturning();
            }
            return lock != null;
        }

        void giveUp() {
            ProcessLock present = lock;
            lock = null;
            if (present != null) {
                free(present);
            }
        }

        @Override
        public void close() {
            endReturning();
            giveUp();
            ended();
        }

        private void endReturning() {
            if (isReturning) {
                isReturning = false;
                returning(-1);
            }
        }
    }
}
