package dev.sluice.job;

import java.nio.ByteBuffer;

/**
 * The forms that a job's record has had. A worker answers a job in the form in which it was asked, so that an API of the release before
 * reads the answer.
 */
public enum JobSchema {
    /** Rows with a header of JSON; the outcome is a line of JSON for each item. */
    LINES(1),
    /** A binary header and elements, and an outcome of tensors. */
    TENSORS(2);

    public static final JobSchema NEWEST = TENSORS;

    /** Schema numbers grow by one per release, so a much larger number is not from a newer release. */
    private static final int FURTHEST_AHEAD = 100;

    private final int number;

    JobSchema(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** True for a number that a newer release may have written. */
    public static boolean isOfNewerRelease(int number) {
        return number > NEWEST.number && number <= NEWEST.number + FURTHEST_AHEAD;
    }

    /**
     * Of a record that has lost its number at its end.
     *
     * @param header of its tensors; empty without one
     */
    public static JobSchema ofEnded(ByteBuffer header) {
        return header.hasRemaining() ? TENSORS : LINES;
    }

    /** @throws IllegalArgumentException for another number */
    public static JobSchema ofNumber(int number) {
        for (JobSchema schema : values()) {
            if (schema.number == number) {
                return schema;
            }
        }
        throw new IllegalArgumentException(
                "its record has schema %d, and this release reads schemas 1 to %d: send the request again"
                        .formatted(number, NEWEST.number));
    }
}
