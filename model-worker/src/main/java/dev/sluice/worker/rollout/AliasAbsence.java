package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** For how long the registry has said that an alias does not exist. Used by the thread that polls. */
final class AliasAbsence {
    private final LongSupplier nanos;
    private final Duration mostBetween;
    private final Map<Deployment, Absent> absent = new HashMap<>();

    /** @param total between answers, each gap as far as it counts */
    private record Absent(long lastAnswerNanos, Duration total) {}

    /**
     * @param nanos as {@link System#nanoTime()}
     * @param mostBetween what the time between two answers counts at most: a registry that hung in between said nothing
     */
    AliasAbsence(LongSupplier nanos, Duration mostBetween) {
        this.nanos = nanos;
        this.mostBetween = mostBetween;
    }

    /** @return zero when it exists */
    Duration answered(Deployment deployment, boolean exists) {
        if (exists) {
            absent.remove(deployment);
            return Duration.ZERO;
        }
        long now = nanos.getAsLong();
        Absent before = absent.get(deployment);
        Duration total = before == null ? Duration.ZERO : before.total().plus(counted(now - before.lastAnswerNanos()));
        absent.put(deployment, new Absent(now, total));
        return total;
    }

    /** Nobody knows what it would have said: all begins again. */
    void notAnswered() {
        absent.clear();
    }

    private Duration counted(long gapNanos) {
        Duration gap = Duration.ofNanos(gapNanos);
        return gap.compareTo(mostBetween) > 0 ? mostBetween : gap;
    }
}
