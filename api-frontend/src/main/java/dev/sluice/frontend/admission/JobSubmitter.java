package dev.sluice.frontend.admission;

import dev.sluice.frontend.body.ModelInput;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.frontend.reply.AwaitedJob;
import dev.sluice.frontend.reply.JobEnding;
import dev.sluice.frontend.reply.JobWait;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.job.Content;
import dev.sluice.job.JobId;
import dev.sluice.queue.Acceptance;
import dev.sluice.queue.OpenItems;
import dev.sluice.queue.Submission;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.tensor.TensorCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/** From validated input to an accepted job: admission, the group or a job of its own, and the wait for its end. */
public final class JobSubmitter {
    private final Admission admission;
    private final JobAcceptor acceptor;
    private final Replies replies;
    private final GroupAccept groups;

    public JobSubmitter(Vertx vertx, Admission admission, JobAcceptor acceptor, Replies replies) {
        this.admission = admission;
        this.acceptor = acceptor;
        this.replies = replies;
        this.groups = new GroupAccept(this::send, task -> vertx.runOnContext(_ -> task.run()), replies.channel());
    }

    /**
     * Whether even one item would come too late: worth knowing before a body is read, and again before it is decoded.
     *
     * @throws NotAdmittedException when nothing of these terms is taken now
     */
    public void requireRoom(Target target, CallTerms terms) {
        admission.admit(target, 1, terms);
    }

    /** Fails with {@link NotAdmittedException} or {@link dev.sluice.redis.RedisUnavailableException}. */
    public Future<Ticket> submit(Target target, ModelInput input, CallTerms terms) {
        int items = input.items();
        try {
            admission.admit(target, items, terms);
        } catch (NotAdmittedException | RedisUnavailableException refused) {
            return Future.failedFuture(refused);
        }
        admission.sent(target.deployment(), terms.lane(), items);
        Future<Ticket> ticket = switch (input) {
            case ModelInput.RowInput rows when !terms.async() && !terms.hasKey() -> groups.join(target, rows, terms);
            case ModelInput.RowInput rows ->
                alone(target, Content.ROWS, TensorCodec.encode(rows.columns()), List.of(), items, terms);
            case ModelInput.PictureInput(List<byte[]> pictures) ->
                alone(
                        target,
                        Content.PICTURES,
                        endToEnd(pictures),
                        pictures.stream().map(picture -> picture.length).toList(),
                        items,
                        terms);
        };
        return ticket.onComplete(sent -> {
            admission.arrived(target.deployment(), terms.lane(), items);
            if (sent.succeeded()) {
                countOutWhenEnded(sent.result(), target, items, terms);
            }
        });
    }

    private void countOutWhenEnded(Ticket accepted, Target target, int items, CallTerms terms) {
        accepted.ending().onSuccess(how -> {
            if (how instanceof JobEnding.Ended) {
                admission.ended(target.deployment(), terms.lane(), items);
            }
        });
    }

    private Future<Ticket> alone(
            Target target, Content content, byte[] payload, List<Integer> parts, int items, CallTerms terms) {
        Submission job = new Submission(
                JobId.random(target.deployment()),
                terms.lane(),
                items,
                content,
                payload,
                parts,
                terms.remaining(),
                target.live().signatureHash(),
                terms.async() ? "" : replies.channel(),
                terms.traceparent(),
                List.of(),
                terms.idempotency(),
                terms.retention());
        return terms.async() ? sendAndLeave(target, job) : send(target, job, wait -> wait.whole(items, terms));
    }

    private Future<Ticket> sendAndLeave(Target target, Submission job) {
        return accept(target, job).map(acceptance -> switch (acceptance) {
            case Acceptance.Accepted(JobId id, long deadline, OpenItems _) -> later(id, deadline, job);
            case Acceptance.Known(JobId id, long deadline) -> later(id, deadline, job);
            case Acceptance.Refused(Acceptance.Reason reason) -> throw refused(target, job, reason);
        });
    }

    private Future<Acceptance> accept(Target target, Submission job) {
        return acceptor.accept(job).onSuccess(acceptance -> {
            if (acceptance instanceof Acceptance.Accepted accepted) {
                admission.counted(target.deployment(), accepted.open());
            }
        });
    }

    private static Ticket later(JobId id, long deadline, Submission job) {
        return new Ticket(id, 0, job.items(), deadline, JobWait.none());
    }

    /** @param share what the sender makes of the accepted job, while it is certain to be waited for */
    private <T> Future<T> send(Target target, Submission job, Function<AcceptedJob, T> share) {
        AwaitedJob awaited = replies.expect(job.id());
        return accept(target, job)
                .map(acceptance -> switch (acceptance) {
                    case Acceptance.Accepted(JobId id, long deadline, OpenItems _) -> {
                        awaited.accepted(admission
                                .predictedWait(target, job.lane(), 0)
                                .multipliedBy(2)
                                .plusMillis(250));
                        yield share.apply(new AcceptedJob(id, deadline, awaited));
                    }
                    case Acceptance.Known(JobId id, long deadline) -> known(id, deadline, share);
                    case Acceptance.Refused(Acceptance.Reason reason) -> throw refused(target, job, reason);
                })
                .onComplete(_ -> awaited.release());
    }

    /** Sent before, by whomever: its answer may have gone elsewhere. */
    private <T> T known(JobId id, long deadline, Function<AcceptedJob, T> share) {
        AwaitedJob first = replies.watch(id);
        try {
            return share.apply(new AcceptedJob(id, deadline, first));
        } finally {
            first.release();
        }
    }

    private NotAdmittedException refused(Target target, Submission job, Acceptance.Reason reason) {
        return NotAdmittedException.refused(
                target.deployment(), reason, admission.predictedWait(target, job.lane(), job.items()));
    }

    private static byte[] endToEnd(List<byte[]> pictures) {
        if (pictures.size() == 1) {
            return pictures.getFirst();
        }
        ByteBuffer all = ByteBuffer.allocate(
                pictures.stream().mapToInt(picture -> picture.length).sum());
        pictures.forEach(all::put);
        return all.array();
    }

    /** A job that is in the queue and awaited. */
    record AcceptedJob(JobId id, long deadline, AwaitedJob awaited) {
        Ticket whole(int items, CallTerms terms) {
            return new Ticket(id, 0, items, deadline, awaited.within(terms.remaining()));
        }

        Ticket member(int place, int from, int to, CallTerms terms) {
            return new Ticket(id.ofMember(place), from, to, deadline, awaited.within(terms.remaining()));
        }
    }
}
