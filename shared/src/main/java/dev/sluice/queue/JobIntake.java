package dev.sluice.queue;

import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The API's part of the protocol: accept, look up, cancel, and the sweep of expired jobs. */
public final class JobIntake {
    /** Payloads up to this size are stored in the record; larger ones in a separate key, written before the script. */
    public static final int INLINE_PAYLOAD_BYTES = 8 * 1024;

    /** A payload whose accept never arrives expires after this time. */
    private static final Duration ORPHAN_LIMIT = Duration.ofMinutes(1);

    private static final int MOST_ACCEPT_ARGS = 30;

    private final ScriptRunner scripts;
    private final StoredJobs jobs;
    private final QueueBudget budget;
    private final Duration acceptWithin;
    private final Duration outcomeTtl;

    /** @param acceptWithin a submission that reaches Redis later than this is refused, because its sender no longer waits */
    public JobIntake(RedisLink link, QueueBudget budget, Duration acceptWithin, Duration outcomeTtl) {
        this(new ScriptRunner(link), budget, acceptWithin, outcomeTtl);
    }

    JobIntake(ScriptRunner scripts, QueueBudget budget, Duration acceptWithin, Duration outcomeTtl) {
        this.scripts = scripts;
        this.jobs = new StoredJobs(scripts.link());
        this.budget = budget;
        this.acceptWithin = acceptWithin;
        this.outcomeTtl = outcomeTtl;
    }

    /** Idempotent: a repetition with the same id, for example after a lost answer, changes nothing. */
    public Future<Acceptance> accept(Submission job) {
        // No unnecessary step: a future that is complete from the start belongs to no event loop, and neither do
        // futures
        // derived from it.
        return scripts.clock().isKnown()
                ? send(job)
                : expire(job.id().deployment()).compose(_ -> send(job));
    }

    private Future<Acceptance> send(Submission job) {
        if (job.payload().body().length <= INLINE_PAYLOAD_BYTES) {
            return runAccept(job, true);
        }
        Future<?> body = putBody(job);
        Future<Acceptance> accepted = runAccept(job, false);
        // The script answers no-body if the SET before it in the pipeline failed; report the reason of the SET.
        return body.compose(_ -> accepted);
    }

    private Future<Acceptance> runAccept(Submission job, boolean inline) {
        return scripts.run(QueueScript.ACCEPT, job.id().deployment(), acceptArgs(job, inline))
                .map(answer -> acceptance(job.id(), answer));
    }

    /** The current state, or empty if the job does not exist. Only a waiting job is cancelled. */
    public Future<Optional<JobState>> cancel(JobId id) {
        return scripts.run(
                        QueueScript.CANCEL, id.deployment(), List.of(id.queued().toString(), outcomeTtl.toMillis()))
                .map(answer -> "unknown".equals(answer.get(0).toString())
                        ? Optional.empty()
                        : Optional.of(JobState.ofWire(answer.get(0).toString())));
    }

    /** The record of the job; for a member of a group, the group's record. */
    public Future<Optional<JobRecord>> find(JobId id) {
        return jobs.record(id.queued());
    }

    /** Ends waiting jobs whose deadline has passed. @return their number */
    public Future<Integer> expire(Deployment deployment) {
        return scripts.run(QueueScript.EXPIRE, deployment, List.of(outcomeTtl.toMillis()))
                .map(answer -> answer.get(2).toInteger());
    }

    /**
     * Ends what waits for a deployment that was withdrawn: it becomes a dead letter, to be sent again once the deployment is live again.
     * Does nothing while the board says otherwise.
     *
     * @return how many
     */
    public Future<Integer> endWithdrawn(Deployment deployment, String reason) {
        return scripts.run(QueueScript.WITHDRAW, deployment, List.of(reason, outcomeTtl.toMillis()))
                .map(answer -> answer.get(2).toInteger());
    }

    private Future<Response> putBody(Submission job) {
        return scripts.link()
                .send(Request.cmd(Command.SET)
                        .arg(QueueKeys.body(job.id().deployment(), job.id().toString()))
                        .arg(job.payload().body())
                        .arg("PX")
                        .arg(ORPHAN_LIMIT.toMillis()));
    }

    private List<Object> acceptArgs(Submission job, boolean inline) {
        List<Object> args = new ArrayList<>(MOST_ACCEPT_ARGS);
        Collections.addAll(
                args,
                job.id(),
                scripts.clock().nowMs() + acceptWithin.toMillis(),
                job.deadline().toMillis(),
                job.lane().wireName(),
                job.items(),
                job.payload().bytes(),
                budget.jobs(),
                budget.items(),
                budget.bytes(),
                job.idempotency().scopedKey(),
                job.idempotency().contentHash(),
                inline ? "0" : "1");
        JobPayload payload = job.payload();
        Collections.addAll(
                args,
                "schema",
                payload.schema().number(),
                "content",
                payload.content().wireName());
        if (payload.header().length > 0) {
            Collections.addAll(args, "header", payload.header());
        }
        Collections.addAll(args, "signature", job.signatureHash());
        addUnlessEmpty(args, "reply", job.replyTo());
        addUnlessEmpty(args, "trace", job.traceparent());
        addUnlessEmpty(args, "parts", commaList(payload.parts()));
        addUnlessEmpty(args, "members", commaList(job.members()));
        if (job.retention() instanceof Retention.AfterDeadline(Duration grace)) {
            Collections.addAll(args, "grace", grace.toMillis());
        }
        if (inline) {
            Collections.addAll(args, "payload", payload.body());
        }
        return args;
    }

    private static void addUnlessEmpty(List<Object> args, String field, String value) {
        if (!value.isEmpty()) {
            Collections.addAll(args, field, value);
        }
    }

    private static Acceptance acceptance(JobId sent, Response answer) {
        String code = answer.get(0).toString();
        JobId id = JobId.parse(answer.get(2).toString()).orElse(sent);
        long deadline = answer.get(3).toLong();
        return switch (code) {
            case "accepted" ->
                new Acceptance.Accepted(
                        id,
                        deadline,
                        new OpenItems(answer.get(4).toLong(), answer.get(5).toLong()));
            case "known" -> new Acceptance.Known(id, deadline);
            case "late" -> new Acceptance.Refused(Acceptance.Reason.LATE);
            case "conflict" -> new Acceptance.Refused(Acceptance.Reason.CONFLICT);
            case "withdrawn" -> new Acceptance.Refused(Acceptance.Reason.WITHDRAWN);
            case "full-jobs" -> new Acceptance.Refused(Acceptance.Reason.JOBS_FULL);
            case "full-items" -> new Acceptance.Refused(Acceptance.Reason.ITEMS_FULL);
            case "full-bytes" -> new Acceptance.Refused(Acceptance.Reason.BYTES_FULL);
            case "no-body" -> new Acceptance.Refused(Acceptance.Reason.NO_BODY);
            default -> throw new IllegalStateException("accept answered " + code);
        };
    }

    static String commaList(List<Integer> numbers) {
        StringBuilder text = new StringBuilder(4 * numbers.size());
        for (int number : numbers) {
            text.append(text.isEmpty() ? "" : ",").append(number);
        }
        return text.toString();
    }
}
