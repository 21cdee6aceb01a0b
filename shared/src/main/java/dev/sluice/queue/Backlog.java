package dev.sluice.queue;

/**
 * How much is open in a deployment and how fast it is served.
 *
 * @param openItems accepted and not yet answered; {@code bulkItems} of them in the bulk lane, {@code waitingItems} not yet taken
 * @param servedPerSecond items per second, over all live workers; 0 when none has served yet
 * @param workers registered incarnations
 * @param deadLetters jobs that were given up and are kept
 * @param silentMs milliseconds since any worker was last seen; {@link Long#MAX_VALUE} when none ever was
 */
public record Backlog(
        long openJobs,
        long openItems,
        long openBytes,
        long bulkItems,
        long waitingJobs,
        long waitingItems,
        double servedPerSecond,
        int workers,
        long deadLetters,
        long silentMs) {
    public static final Backlog EMPTY = new Backlog(0, 0, 0, 0, 0, 0, 0, 0, 0, Long.MAX_VALUE);

    /** By lane. */
    public OpenItems open() {
        return new OpenItems(openItems - bulkItems, bulkItems);
    }
}
