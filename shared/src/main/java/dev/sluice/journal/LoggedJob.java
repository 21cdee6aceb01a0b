package dev.sluice.journal;

import dev.sluice.job.JobInput;
import dev.sluice.job.JobState;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The entry of one job in the prediction log. Times are epoch milliseconds of Redis's clock.
 *
 * @param place the entry itself, by which it is removed
 * @param id of the job that was queued: a group's, where it has members
 * @param description what the record says of the payload
 * @param members of a group the items of each, in order; empty otherwise
 * @param outcome as {@link dev.sluice.job.OutcomeCodec} wrote it
 * @param input replacement of the payload; empty if the payload is stored
 * @param payload empty if it was replaced or no longer exists
 */
public record LoggedJob(
        String place,
        String id,
        JobState state,
        JobInput.Description description,
        long accepted,
        long started,
        long finished,
        List<Integer> members,
        ByteBuffer outcome,
        String input,
        Optional<Buffer> payload) {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final JobInput.Description NOTHING = new JobInput.Description(0, "", EMPTY, 0, List.of());

    public LoggedJob {
        members = List.copyOf(members);
    }

    /** The record no longer exists. */
    static LoggedJob lost(String place, String id) {
        return new LoggedJob(place, id, JobState.FAILED, NOTHING, 0, 0, 0, List.of(), EMPTY, "", Optional.empty());
    }
}
