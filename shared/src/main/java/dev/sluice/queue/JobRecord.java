package dev.sluice.queue;

import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A job's record without its payload. Times are epoch milliseconds of Redis's clock, 0 if the event has not happened.
 *
 * @param outcome as {@link dev.sluice.job.OutcomeCodec} wrote it; no bytes before the end or without one
 * @param members items of each member of a group; empty for a plain job
 * @param reason the reason if the job is dead; empty otherwise
 */
public record JobRecord(
        JobId id,
        JobState state,
        String lane,
        int items,
        int deaths,
        long accepted,
        long started,
        long finished,
        long deadline,
        ByteBuffer outcome,
        List<Integer> members,
        String reason,
        Optional<JobId> resentFrom,
        Optional<JobId> resentTo) {}
