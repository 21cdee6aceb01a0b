package dev.sluice.worker.rollout;

import dev.sluice.worker.registry.AliasTarget;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets a newer target cut a rollout short. Only the parts that wait for others (the registry, Redis, a trial) are interrupted: an engine
 * that is interrupted while it starts stays unusable for the rest of the process.
 */
final class Supersession {
    private @Nullable Predicate<AliasTarget> aim;
    private @Nullable Thread waiting;
    private boolean superseded;

    /** The rollout begins for an alias that points there. */
    synchronized void aimAt(Predicate<AliasTarget> isAimedAt) {
        aim = isAimedAt;
    }

    /** Cuts the rollout short unless it is for this target. */
    synchronized void aliasPointsTo(AliasTarget target) {
        if (aim != null && !aim.test(target)) {
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
