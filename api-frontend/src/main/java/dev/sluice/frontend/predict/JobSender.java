package dev.sluice.frontend.predict;

import dev.sluice.frontend.admission.Admission;
import dev.sluice.frontend.admission.CallTerms;
import dev.sluice.frontend.admission.NotAdmittedException;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.frontend.reply.AwaitedJob;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.job.JobId;
import dev.sluice.queue.Acceptance;
import dev.sluice.queue.OpenItems;
import dev.sluice.queue.Submission;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends one job to the queue and makes a ticket for each request in it. Fails with {@link NotAdmittedException} or
 * {@link dev.sluice.redis.RedisUnavailableException}. One event loop only.
 */
final class JobSender {
    /** Beside twice the predicted wait: an answer that takes longer may have been lost. */
    private static final Duration LOOK_UP_MARGIN = Duration.ofMillis(250);

    private final Admission admission;
    private final JobAcceptor acceptor;
    private final Replies replies;

    JobSender(Admission admission, JobAcceptor acceptor, Replies replies) {
        this.admission = admission;
        this.acceptor = acceptor;
        this.replies = replies;
    }

    /** Its result is fetched later. */
    Future<Answer.Accepted> send(Target target, Submission job) {
        return accept(target, job).map(acceptance -> switch (acceptance) {
            case Acceptance.Accepted(JobId id, long deadline, OpenItems _) -> new Answer.Accepted(id, deadline);
            case Acceptance.Known(JobId id, long deadline) -> new Answer.Accepted(id, deadline);
            case Acceptance.Refused(Acceptance.Reason reason) -> throw refused(target, job, reason);
        });
    }

    /**
     * Its result is waited for.
     *
     * @param waiting those of its members, in their order; one where the job is no group
     * @return the ticket of each
     */
    Future<List<Ticket>> sendAwaited(Target target, Submission job, List<CallTerms> waiting) {
        AwaitedJob awaited = replies.expect(job.id());
        return accept(target, job)
                .map(acceptance -> switch (acceptance) {
                    case Acceptance.Accepted(JobId id, long _, OpenItems _) -> {
                        replies.accepted(awaited, lookUpAfter(target, job));
                        yield tickets(id, awaited, job, waiting);
                    }
                    case Acceptance.Known(JobId id, long _) -> known(id, job, waiting);
                    case Acceptance.Refused(Acceptance.Reason reason) -> throw refused(target, job, reason);
                })
                .onComplete(_ -> replies.release(awaited));
    }

    private Future<Acceptance> accept(Target target, Submission job) {
        return acceptor.accept(job).onSuccess(acceptance -> {
            if (acceptance instanceof Acceptance.Accepted accepted) {
                admission.counted(target.deployment(), accepted.open());
            }
        });
    }

    private Duration lookUpAfter(Target target, Submission job) {
        return admission.predictedWait(target, job.lane(), 0).multipliedBy(2).plus(LOOK_UP_MARGIN);
    }

    /** It was sent before, perhaps by another process: its answer may be published elsewhere. */
    private List<Ticket> known(JobId id, Submission job, List<CallTerms> waiting) {
        AwaitedJob first = replies.watch(id);
        try {
            return tickets(id, first, job, waiting);
        } finally {
            replies.release(first);
        }
    }

    private List<Ticket> tickets(JobId id, AwaitedJob awaited, Submission job, List<CallTerms> waiting) {
        List<Integer> counts = job.members();
        if (counts.isEmpty()) {
            return List.of(ticket(id, 0, job.items(), awaited, waiting.getFirst()));
        }
        List<Ticket> tickets = new ArrayList<>(counts.size());
        int from = 0;
        for (int i = 0; i < counts.size(); i++) {
            int to = from + counts.get(i);
            tickets.add(ticket(id.ofMember(i), from, to, awaited, waiting.get(i)));
            from = to;
        }
        return tickets;
    }

    private Ticket ticket(JobId id, int from, int to, AwaitedJob awaited, CallTerms terms) {
        return new Ticket(id, from, to, replies.within(awaited, terms.remaining()));
    }

    private NotAdmittedException refused(Target target, Submission job, Acceptance.Reason reason) {
        return NotAdmittedException.refused(
                target.deployment(), reason, admission.predictedWait(target, job.lane(), job.items()));
    }
}
