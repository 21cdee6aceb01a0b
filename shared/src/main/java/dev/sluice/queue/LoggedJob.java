package dev.sluice.queue;

import dev.sluice.job.JobState;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * What the prediction log has of one job. Times are epoch milliseconds of Redis's clock.
 *
 * @param place in the log, by which it is taken out
 * @param id of the job that was queued: a group's, where it has members
 * @param content name of the payload's kind
 * @param members of a group the items of each, in order; empty otherwise
 * @param outcome as {@link dev.sluice.job.OutcomeCodec} wrote it
 * @param input what stands for the payload; empty where there is the payload itself
 * @param payload empty when something else stands for it, or when it has gone
 */
public record LoggedJob(
        String place,
        String id,
        JobState state,
        String content,
        int items,
        long accepted,
        long started,
        long finished,
        List<Integer> members,
        String outcome,
        String input,
        Optional<Buffer> payload) {
    public LoggedJob {
        members = List.copyOf(members);
    }

    /** Its record has gone: nothing of it can be read. */
    static LoggedJob lost(String place, String id) {
        return new LoggedJob(place, id, JobState.FAILED, "", 0, 0, 0, 0, List.of(), "", "", Optional.empty());
    }
}
