package dev.sluice.worker.rollout;

import dev.sluice.model.RolloutNote;

/**
 * Where the rollout of one version stands. Each state has methods only for the states that may follow it, so an illegal transition does
 * not compile: {@code Discovered → Downloading → Verifying → WarmingUp → Ready → Live → Retired}, and {@code Rejected} from any state
 * before {@code Ready}. {@code Withdrawn} or {@code ServedOn} follow {@code Live} when the registry has no alias any more.
 */
public sealed interface RolloutState {
    String version();

    /**
     * For people: the state's name, and a reason where there is one.
     *
     * @param worker who took the step
     */
    default RolloutNote note(String worker) {
        return new RolloutNote(getClass().getSimpleName(), version(), reason(), System.currentTimeMillis(), worker);
    }

    /** Empty where there is nothing to say. */
    default String reason() {
        return "";
    }

    /** Whether it says how the rollout ended. */
    default boolean isEnd() {
        return this instanceof Live
                || this instanceof Rejected
                || this instanceof Withdrawn
                || this instanceof ServedOn;
    }

    /** A state from which a version may still be rejected. */
    sealed interface Rejectable extends RolloutState {
        default Rejected reject(String reason) {
            return new Rejected(version(), reason);
        }
    }

    /** The alias points to it. */
    record Discovered(String version) implements RolloutState {
        public Downloading download() {
            return new Downloading(version);
        }
    }

    /** The worker downloads its files, unless the cache has them. */
    record Downloading(String version) implements Rejectable {
        public Verifying verify() {
            return new Verifying(version);
        }
    }

    /** Its content and its signature are checked, and it is loaded. */
    record Verifying(String version) implements Rejectable {
        public WarmingUp warmUp() {
            return new WarmingUp(version);
        }
    }

    /** It runs its own input example. */
    record WarmingUp(String version) implements Rejectable {
        public Ready ready() {
            return new Ready(version);
        }
    }

    /** It can answer. */
    record Ready(String version) implements RolloutState {
        public Live goLive() {
            return new Live(version);
        }
    }

    /** Batches that start now run on it. */
    record Live(String version) implements RolloutState {
        public Retired retire() {
            return new Retired(version);
        }

        public ServedOn serveOn(String reason) {
            return new ServedOn(version, reason);
        }
    }

    /** Another one is live. */
    record Retired(String version) implements RolloutState {}

    /** The registry has no alias for the deployment any more: nothing is live. */
    record Withdrawn(String version, String reason) implements RolloutState {}

    /** The registry has no alias for the deployment any more; the worker was told to serve it all the same. */
    record ServedOn(String version, String reason) implements RolloutState {}

    /** It is not tried again until the alias moves; the live version stays. */
    record Rejected(String version, String reason) implements RolloutState {}
}
