package dev.sluice.worker.batch;

import dev.sluice.queue.Commit;
import dev.sluice.queue.TakenJob;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A line for each job that ended, under the trace id that its request has in the API's log too: failures always, successes at DEBUG. */
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
        try (var _ = MDC.putCloseable(TRACE, traceIdOf(job.trace()))) {
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

    private static String traceIdOf(String traceparent) {
        String[] parts = traceparent.split("-");
        return parts.length > TRACE_ID_PART ? parts[TRACE_ID_PART] : "";
    }
}
