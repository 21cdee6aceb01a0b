package dev.sluice.monitor.retraining;

import io.vertx.core.Future;
import java.util.Optional;

/** Whoever runs retrainings. */
public interface Trainer {
    /** Begins one. @return by what it is known */
    Future<String> start(String model);

    /** Empty while it runs. A run that nobody knows any more has failed. */
    Future<Optional<Ending>> ending(String run);

    /** This process ends; what runs within it ends with it. */
    default void close() {}

    /** @param detail one line for people */
    record Ending(boolean succeeded, String detail) {}
}
