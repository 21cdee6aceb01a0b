package dev.sluice.queue;

import dev.sluice.job.JobInput;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.model.Deployment;
import dev.sluice.redis.RedisFields;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The worker's part of the protocol on one deployment: register, renew, take, commit, release, leave, and reclaim. */
public final class JobLeases {
    private static final int FIELDS_PER_JOB = 2;
    /** The place of the version's record among the arguments of a commit. */
    private static final int VERSION_RECORD = 4;

    private final ScriptRunner scripts;
    private final Deployment deployment;
    private final LeaseTerms terms;
    private final AtomicLong takes = new AtomicLong();

    public JobLeases(RedisLink link, Deployment deployment, LeaseTerms terms) {
        this(new ScriptRunner(link), deployment, terms);
    }

    JobLeases(ScriptRunner scripts, Deployment deployment, LeaseTerms terms) {
        this.scripts = scripts;
        this.deployment = deployment;
        this.terms = terms;
    }

    /** As {@link RedisLink#connections()}. */
    public int connections() {
        return scripts.link().connections();
    }

    /** @param description description of this worker for people, as JSON */
    public Future<Void> register(String incarnation, String description) {
        return run(
                        QueueScript.REGISTER,
                        incarnation,
                        description,
                        terms.deadAfter().toMillis())
                .mapEmpty();
    }

    /** @return false when the incarnation was removed */
    public Future<Boolean> renew(String incarnation, double servedItemsPerSecond) {
        return run(QueueScript.RENEW, incarnation, terms.deadAfter().toMillis(), servedItemsPerSecond)
                .map(answer -> "renewed".equals(answer.get(0).toString()));
    }

    /** Up to {@code mostItems} items; a single larger job is taken whole. If nothing waits, the incarnation is recorded as idle. */
    public Future<Take> take(String incarnation, int mostItems) {
        return take(incarnation, mostItems, takes.incrementAndGet());
    }

    /** @param number larger than that of every earlier take; otherwise it is refused after a recall of those */
    Future<Take> take(String incarnation, int mostItems, long number) {
        return run(QueueScript.TAKE, incarnation, mostItems, terms.outcomeTtl().toMillis(), number)
                .compose(answer -> "unknown".equals(answer.get(0).toString())
                        ? Future.succeededFuture(new Take.Unregistered())
                        : withBodies(answer));
    }

    /**
     * Ends jobs that ran on one version. Before the first outcome of a version, or after a loss of Redis, its record is written.
     *
     * @return the refused ids, which no longer belong to this incarnation
     */
    public Future<List<String>> commit(String incarnation, List<Commit> commits, CommittedVersion version) {
        List<Object> args = commitArgs(incarnation, version.identity(), commits.size());
        for (Commit commit : commits) {
            args.add(commit.id());
            args.add(commit.failed() ? "failed" : "done");
            args.add(OutcomeCodec.encode(commit.outcome()));
            args.add(commit.input());
        }
        return scripts.run(QueueScript.COMMIT, deployment, args)
                .compose(answer -> {
                    if (!"no-version".equals(answer.get(0).toString())) {
                        return Future.succeededFuture(answer);
                    }
                    // Within the script, which frees memory first: a SET of its own would fail at maxmemory.
                    args.set(VERSION_RECORD, VersionRecords.json(version.record()));
                    return scripts.run(QueueScript.COMMIT, deployment, args);
                })
                .map(JobLeases::idsBehindTheTime);
    }

    /**
     * Makes dead letters of jobs that cannot be read.
     *
     * @param reasons by id
     * @return the ids that were refused, as above
     */
    public Future<List<String>> bury(String incarnation, Map<String, String> reasons) {
        List<Object> args = commitArgs(incarnation, "", reasons.size());
        reasons.forEach((id, reason) -> args.addAll(List.of(id, "dead", reason, "")));
        return scripts.run(QueueScript.COMMIT, deployment, args).map(JobLeases::idsBehindTheTime);
    }

    private List<Object> commitArgs(String incarnation, String version, int jobs) {
        List<Object> args = new ArrayList<>(6 + 4 * jobs);
        args.add(incarnation);
        args.add(terms.outcomeTtl().toMillis());
        args.add(terms.logBytes());
        args.add(version);
        args.add("");
        args.add(VersionRecords.KEPT.toMillis());
        return args;
    }

    /** Returns jobs to the head of their lane, in the order in which they were taken. @return the ids that were refused */
    public Future<List<String>> release(String incarnation, List<String> ids) {
        return handBack(incarnation, "head", ids);
    }

    /** Returns jobs to the tail of their lane: they are for other workers, and must not block the rest. */
    public Future<List<String>> letPass(String incarnation, List<String> ids) {
        return handBack(incarnation, "tail", ids);
    }

    private Future<List<String>> handBack(String incarnation, String end, List<String> ids) {
        List<Object> args = new ArrayList<>(2 + ids.size());
        args.add(incarnation);
        args.add(end);
        args.addAll(ids);
        return scripts.run(QueueScript.RELEASE, deployment, args).map(JobLeases::idsBehindTheTime);
    }

    /**
     * Call this after a lost answer: all jobs of the incarnation except these wait again, as if never taken. An earlier take that arrives
     * late is refused.
     *
     * @return the number of returned jobs
     */
    public Future<Integer> recall(String incarnation, Collection<String> known) {
        List<Object> args = new ArrayList<>(2 + known.size());
        args.add(incarnation);
        args.add(takes.get());
        args.addAll(known);
        return scripts.run(QueueScript.RECALL, deployment, args)
                .map(answer -> answer.get(2).toInteger());
    }

    /** Ends waiting jobs whose deadline has passed. @return their number */
    public Future<Integer> expire() {
        return run(QueueScript.EXPIRE, terms.outcomeTtl().toMillis())
                .map(answer -> answer.get(2).toInteger());
    }

    /**
     * Removes dead incarnations and returns their jobs to the queue; does nothing while this process's own connection is young, or shortly
     * after a standstill of Redis. Call it each tick.
     */
    public Future<Reclaimed> reclaim() {
        return run(
                        QueueScript.RECLAIM,
                        scripts.link().age().toMillis(),
                        terms.deadAfter().plus(terms.tick()).toMillis(),
                        terms.mostDeaths(),
                        terms.deadLetterBytes(),
                        terms.deadLetterAge().toMillis(),
                        terms.standstill().toMillis())
                .map(answer ->
                        new Reclaimed(answer.get(2).toInteger(), answer.get(3).toInteger(), texts(answer, 4)));
    }

    /** @return false if it still holds jobs */
    public Future<Boolean> leave(String incarnation) {
        return run(QueueScript.LEAVE, incarnation)
                .map(answer -> "left".equals(answer.get(0).toString()));
    }

    private Future<Response> run(QueueScript script, Object... args) {
        return scripts.run(script, deployment, List.of(args));
    }

    private Future<Take> withBodies(Response answer) {
        long taken = answer.get(1).toLong();
        List<Future<TakenJob>> jobs = new ArrayList<>();
        for (int i = 2; i < answer.size(); i += FIELDS_PER_JOB) {
            jobs.add(withBody(answer.get(i).toString(), answer.get(i + 1), taken));
        }
        return Future.join(jobs).map(all -> new Take.Jobs(all.list()));
    }

    private Future<TakenJob> withBody(String id, Response fields, long taken) {
        Future<@Nullable Response> payload = fields.get(9) == null
                ? Future.succeededFuture(fields.get(10))
                : StoredJobs.body(scripts.link(), deployment, id);
        return payload.map(bytes -> job(id, fields, taken, bytes == null ? null : RedisFields.view(bytes.toBuffer())));
    }

    private static TakenJob job(String id, Response fields, long taken, @Nullable ByteBuffer payload) {
        JobInput.Description input = new JobInput.Description(
                lenientInt(fields.get(0)),
                RedisFields.text(fields.get(5)),
                RedisFields.bytes(fields.get(11)),
                lenientInt(fields.get(1)),
                RedisFields.numbers(RedisFields.text(fields.get(6))));
        return new TakenJob(
                id,
                input,
                lenientInt(fields.get(2)),
                RedisFields.number(fields.get(3)),
                RedisFields.number(fields.get(4)),
                taken,
                RedisFields.text(fields.get(7)),
                RedisFields.text(fields.get(8)),
                payload);
    }

    private static int lenientInt(@Nullable Response field) {
        long number = RedisFields.number(field);
        return number <= Integer.MAX_VALUE ? (int) number : 0;
    }

    private static List<String> idsBehindTheTime(Response answer) {
        return texts(answer, 2);
    }

    private static List<String> texts(Response answer, int from) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i < answer.size(); i++) {
            texts.add(Objects.requireNonNull(answer.get(i)).toString());
        }
        return texts;
    }
}
