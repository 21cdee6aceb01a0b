package dev.sluice.monitor.retraining;

import io.vertx.core.Future;
import java.util.Optional;

/** A system that runs retrainings. */
public interface Trainer {
    /** Starts one. @return its id there */
    Future<String> start(String model);

    /** Empty while it runs. A run that the system no longer knows has failed. */
    Future<Optional<Ending>> ending(String run);

    /** Called when this process ends; retrainings that are its children end with it. */
    default Future<Void> close() {
        return Future.succeededFuture();
    }

    /** @param detail one line for people */
    record Ending(boolean succeeded, String detail) {}
}
