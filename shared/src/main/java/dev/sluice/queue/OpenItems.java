package dev.sluice.queue;

import dev.sluice.job.Lane;

/** Items of a deployment that are accepted and not yet answered, by lane. */
public record OpenItems(long interactive, long bulk) {

    public long in(Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> interactive;
            case BULK -> bulk;
        };
    }
}
