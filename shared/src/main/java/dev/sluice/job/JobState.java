package dev.sluice.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The one state of a job's record. */
public enum JobState {
    WAITING,
    RUNNING,
    DONE,
    FAILED,
    CANCELLED,
    EXPIRED,
    DEAD;

    public static JobState ofWire(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Empty when there is no such state. */
    public static Optional<JobState> find(String name) {
        return Arrays.stream(values())
                .filter(state -> state.wireName().equals(name))
                .findFirst();
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True if the state is final. */
    public boolean isFinal() {
        return this != WAITING && this != RUNNING;
    }
}
