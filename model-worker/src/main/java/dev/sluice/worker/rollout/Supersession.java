package dev.sluice.worker.rollout;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets a newer target cut a rollout short. Only the parts that wait for others (the registry, Redis, a trial) are interrupted: an engine
 * that is interrupted while it starts stays unusable for the rest of the process.
 */
final class Supersession {
    private Optional<String> target = Optional.empty();
    private @Nullable Thread waiting;
    private boolean superseded;

    /** The rollout begins for the alias that points to this version. */
    synchronized void aimAt(String version) {
        target = Optional.of(version);
    }

    /** Cuts the rollout short unless it is for this version. */
    synchronized void aliasPointsTo(String version) {
        if (target.isPresent() && !target.get().equals(version)) {
            supersede();
        }
    }

    synchronized void supersede() {
        superseded = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    synchronized void check() throws SupersededException {
        if (superseded) {
            throw new SupersededException();
        }
    }

    /** From here to {@link #leave} an interrupt does no harm. */
    synchronized void enter() throws SupersededException {
        check();
        waiting = Thread.currentThread();
    }

    /** @throws SupersededException when what was done in between may have been cut short */
    synchronized void leave() throws SupersededException {
        waiting = null;
        if (superseded) {
            Thread.interrupted();
            throw new SupersededException();
        }
    }
}
