package dev.sluice.queue;

import java.time.Instant;

/**
 * What somebody says was true of a job.
 *
 * @param place in the log, by which it is taken out; it begins with the time of Redis's clock
 * @param job its id as the caller knows it; a stranger may have written anything
 * @param truth JSON array with an entry for each item
 */
public record Feedback(String place, String job, String truth) {
    /** By Redis's clock. */
    public Instant given() {
        return Instant.ofEpochMilli(Long.parseLong(place.substring(0, place.indexOf('-'))));
    }
}
