package dev.sluice.journal;

import java.time.Instant;

/**
 * The labels (ground truth) of a job.
 *
 * @param place id of the log entry, which begins with the time of Redis's clock
 * @param job its id as the caller knows it; unchecked, because an untrusted writer may have written it
 * @param truth JSON array with an entry for each item
 */
public record Feedback(String place, String job, String truth) {
    /** The time of the feedback, by Redis's clock; that of an untrusted writer may be impossible. */
    public Instant given() {
        return Instant.ofEpochMilli(Long.parseUnsignedLong(place.substring(0, place.indexOf('-'))));
    }
}
