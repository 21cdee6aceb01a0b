package dev.sluice.job;

import java.util.Locale;

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

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True once nothing can change any more. */
    public boolean isFinal() {
        return this != WAITING && this != RUNNING;
    }
}
