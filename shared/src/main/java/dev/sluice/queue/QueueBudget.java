package dev.sluice.queue;

/** The limits of what may be open (accepted and not yet answered) in one deployment. */
public record QueueBudget(int jobs, int items, long bytes) {
    public static final QueueBudget DEFAULT = new QueueBudget(100_000, 1_000_000, 512L << 20);
}
