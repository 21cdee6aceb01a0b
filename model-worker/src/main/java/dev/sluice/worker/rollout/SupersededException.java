package dev.sluice.worker.rollout;

/** The alias has moved on, or the worker stops: this rollout ends without a verdict. */
final class SupersededException extends Exception {
    SupersededException() {
        super("superseded by a newer target");
    }
}
