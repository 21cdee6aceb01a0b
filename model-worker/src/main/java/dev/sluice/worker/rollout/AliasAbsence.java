package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** For how long the registry has said that an alias does not exist. Used by the thread that polls. */
final class AliasAbsence {
    private final LongSupplier nanos;
    private final Map<Deployment, Long> since = new HashMap<>();

    /** @param nanos as {@link System#nanoTime()} */
    AliasAbsence(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @return zero when it exists */
    Duration answered(Deployment deployment, boolean exists) {
        if (exists) {
            since.remove(deployment);
            return Duration.ZERO;
        }
        long now = nanos.getAsLong();
        return Duration.ofNanos(now - since.computeIfAbsent(deployment, _ -> now));
    }

    /** Nobody knows what it would have said: all begins again. */
    void notAnswered() {
        since.clear();
    }
}
