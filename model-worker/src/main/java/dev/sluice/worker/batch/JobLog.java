package dev.sluice.worker.batch;

import dev.sluice.queue.Commit;
import dev.sluice.queue.TakenJob;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A line for each job that ended, under the trace ids that its requests have in the API's log too: failures always, successes at DEBUG. */
final class JobLog {
    private static final Logger LOG = LoggerFactory.getLogger(JobLog.class);
    private static final String TRACE = "trace";
    /** W3C traceparent: version, trace id, parent id, flags. */
    private static final int TRACE_ID_PART = 1;

    private JobLog() {}

    static void ended(TakenJob job, Commit commit) {
        if (!commit.failed() && !LOG.isDebugEnabled()) {
            return;
        }
        try (var _ = MDC.putCloseable(TRACE, traceIdsOf(job.trace()))) {
            if (commit.failed()) {
                LOG.warn("{} failed on version {}", job.id(), commit.outcome().version());
            } else {
                LOG.debug(
                        "{} done on version {}, batch of {}",
                        job.id(),
                        commit.outcome().version(),
                        commit.outcome().batch());
            }
        }
    }

    /** A group has several, with commas between. */
    static String traceIdsOf(String traceparents) {
        return Arrays.stream(traceparents.split(","))
                .map(traceparent -> traceparent.split("-"))
                .filter(parts -> parts.length > TRACE_ID_PART)
                .map(parts -> parts[TRACE_ID_PART])
                .collect(Collectors.joining(","));
    }
}
