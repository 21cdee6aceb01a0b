package dev.sluice.worker.trial;

/** How the trial of a version ended. */
public sealed interface Verdict {
    /** The worker may load it; its profile is stored. */
    record Passed() implements Verdict {}

    /** @param reason for people: the fault and its remedy */
    record Failed(String reason) implements Verdict {}
}
