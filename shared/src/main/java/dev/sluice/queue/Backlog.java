package dev.sluice.queue;

import java.time.Duration;

/**
 * The open items of a deployment and its service rate.
 *
 * @param openItems accepted and not yet answered; {@code bulkItems} of them in the bulk lane, {@code waitingItems} not yet taken
 * @param servedPerSecond estimated items per second of all live workers; 0 if none has registered
 * @param workers registered incarnations
 * @param deadLetters stored dead letters
 * @param silentMs milliseconds since any worker was last seen; {@link Long#MAX_VALUE} if there was none
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

    /** Whether no worker was seen for longer than this. */
    public boolean isSilentFor(Duration limit) {
        return silentMs > limit.toMillis();
    }

    /** By lane. */
    public OpenItems open() {
        return new OpenItems(openItems - bulkItems, bulkItems);
    }
}
