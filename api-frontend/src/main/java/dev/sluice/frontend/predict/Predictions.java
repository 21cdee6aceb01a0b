package dev.sluice.frontend.predict;

import dev.sluice.frontend.admission.Admission;
import dev.sluice.frontend.admission.CallTerms;
import dev.sluice.frontend.admission.NotAdmittedException;
import dev.sluice.frontend.body.ModelInput;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.frontend.reply.CommittedOutcome;
import dev.sluice.frontend.reply.JobEnding;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.job.Lane;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.Submission;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * From validated input to its answer, whatever the dialect: admission, the group or a job of its own, and the wait for its end. One event
 * loop only.
 */
public final class Predictions {
    private final Admission admission;
    private final Replies replies;
    private final JobIntake intake;
    private final JobSender sender;
    private final GroupAccept groups;

    public Predictions(Vertx vertx, Admission admission, JobAcceptor acceptor, Replies replies, JobIntake intake) {
        this.admission = admission;
        this.replies = replies;
        this.intake = intake;
        this.sender = new JobSender(admission, acceptor, replies);
        this.groups =
                new GroupAccept(sender::sendAwaited, task -> vertx.runOnContext(_ -> task.run()), replies.channel());
    }

    /**
     * Whether even one item would come too late: worth knowing before a body is read, and again before it is decoded.
     *
     * @throws NotAdmittedException when nothing of these terms is taken now
     * @throws RedisUnavailableException when Redis executes no commands, so that nothing is known of the workers
     */
    public void requireRoom(Target target, CallTerms terms) {
        admission.admit(target, 1, terms);
    }

    /**
     * Succeeds once the queue has accepted the request; from then on its input is not needed here. Fails with {@link NotAdmittedException} or
     * {@link RedisUnavailableException}.
     *
     * @param target against whose live signature the input was validated
     */
    public Future<Call> predict(Target target, ModelInput input, CallTerms terms) {
        int items = input.items();
        try {
            admission.admit(target, items, terms);
        } catch (NotAdmittedException | RedisUnavailableException refused) {
            return Future.failedFuture(refused);
        }
        admission.sent(target.deployment(), terms.lane(), items);
        return send(target, input, terms).onComplete(_ -> admission.arrived(target.deployment(), terms.lane(), items));
    }

    private Future<Call> send(Target target, ModelInput input, CallTerms terms) {
        if (terms.async()) {
            return sender.send(target, single(target, input, terms)).map(AsynchronousCall::new);
        }
        if (input instanceof ModelInput.RowInput rows && !terms.hasKey()) {
            return groups.join(target, rows, terms).map(ticket -> waiting(ticket, terms));
        }
        return sender.sendAwaited(target, single(target, input, terms), List.of(terms))
                .map(tickets -> waiting(tickets.getFirst(), terms));
    }

    /** A job of its own. */
    private Submission single(Target target, ModelInput input, CallTerms terms) {
        return new Submission(
                JobId.random(target.deployment()),
                terms.lane(),
                input.items(),
                Payloads.of(target, input, terms),
                terms.remaining(),
                target.live().signatureHash(),
                terms.async() ? "" : replies.channel(),
                terms.traceparent(),
                List.of(),
                terms.idempotency(),
                terms.retention());
    }

    private Call waiting(Ticket ticket, CallTerms terms) {
        Lane lane = terms.lane();
        Future<Answer> answer = ticket.waiting().ending().map(how -> answer(ticket, lane, how));
        return new WaitingCall(ticket, answer, terms.hasKey(), replies, intake);
    }

    private Answer answer(Ticket ticket, Lane lane, JobEnding how) {
        JobId id = ticket.id();
        return switch (how) {
            case JobEnding.Ended(JobState state, CommittedOutcome outcome) -> {
                admission.ended(id.deployment(), lane, ticket.items());
                yield state == JobState.DONE || state == JobState.FAILED
                        ? new Answer.Predicted(id, ticket.part(outcome.decode()))
                        : new Answer.Ended(id, state);
            }
            case JobEnding.Lost _ -> new Answer.Lost(id);
            case JobEnding.Overdue _ -> new Answer.Overdue(id);
        };
    }
}
