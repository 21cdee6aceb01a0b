package dev.sluice.frontend.predict;

import dev.sluice.frontend.reply.Replies;
import dev.sluice.job.JobId;
import dev.sluice.queue.JobIntake;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Its client waits for the end of the job. */
final class WaitingCall implements Call {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingCall.class);

    private final Ticket ticket;
    private final Future<Answer> answer;
    private final boolean mayReturn;
    private final Replies replies;
    private final JobIntake intake;

    /** @param mayReturn the client, after it has gone: it has a key to ask again for the same answer */
    WaitingCall(Ticket ticket, Future<Answer> answer, boolean mayReturn, Replies replies, JobIntake intake) {
        this.ticket = ticket;
        this.answer = answer;
        this.mayReturn = mayReturn;
        this.replies = replies;
        this.intake = intake;
    }

    @Override
    public JobId id() {
        return ticket.id();
    }

    @Override
    public Future<Answer> answer() {
        return answer;
    }

    @Override
    public void abandon() {
        if (replies.abandon(ticket.waiting()) && !mayReturn) {
            intake.cancel(id())
                    .onSuccess(state -> LOG.debug("{}: the client has gone, the job is {}", id(), state))
                    .onFailure(failure -> LOG.debug("Could not cancel {}: {}", id(), failure.getMessage()));
        }
    }
}
