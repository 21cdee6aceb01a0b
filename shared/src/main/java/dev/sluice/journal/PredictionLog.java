package dev.sluice.journal;

import dev.sluice.job.JobInput;
import dev.sluice.job.JobSchema;
import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.QueueScript;
import dev.sluice.queue.ScriptRunner;
import dev.sluice.queue.StoredJobs;
import dev.sluice.redis.RedisFields;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The predictions that the workers' commits have logged, until the monitor has stored them. Each deployment has a budget: beyond it the
 * oldest entries are dropped and counted. An entry remains until {@link #kept} removes it, so it may be read twice.
 */
public final class PredictionLog {
    private final ScriptRunner scripts;

    public PredictionLog(RedisLink link) {
        this(new ScriptRunner(link));
    }

    public PredictionLog(ScriptRunner scripts) {
        this.scripts = scripts;
    }

    /** The oldest entries, in order. */
    public Future<List<LoggedJob>> oldest(Deployment deployment, int most) {
        return scripts.run(QueueScript.LOGGED, deployment, List.of(most)).compose(answer -> {
            List<Future<LoggedJob>> jobs = new ArrayList<>();
            for (int i = 2; i + 1 < answer.size(); i += 2) {
                jobs.add(withPayload(deployment, answer.get(i).toString(), answer.get(i + 1)));
            }
            return Future.all(jobs).map(all -> all.list());
        });
    }

    /** @param droppedItems items dropped because the log was full, since Redis was last emptied */
    public record Fill(long bytes, long droppedItems) {}

    public Future<Fill> fill(Deployment deployment) {
        return scripts.link()
                .send(Request.cmd(Command.HMGET)
                        .arg(QueueKeys.counters(deployment))
                        .arg("log.bytes")
                        .arg("total.log-dropped"))
                .map(counters -> new Fill(RedisFields.number(counters.get(0)), RedisFields.number(counters.get(1))));
    }

    /**
     * Removes stored entries.
     *
     * @param jobs the oldest entries, in order
     */
    public Future<Void> kept(Deployment deployment, List<LoggedJob> jobs) {
        List<Object> places = new ArrayList<>(jobs.size());
        jobs.forEach(job -> places.add(job.place()));
        return scripts.run(QueueScript.KEPT, deployment, places).mapEmpty();
    }

    private Future<LoggedJob> withPayload(Deployment deployment, String place, Response fields) {
        String id = place.split(" ", 2)[0];
        if (fields.size() == 0) {
            return Future.succeededFuture(LoggedJob.lost(place, id));
        }
        Future<@Nullable Response> payload = fields.get(9) == null
                ? Future.succeededFuture(fields.get(10))
                : StoredJobs.body(scripts.link(), deployment, id);
        return payload.map(
                bytes -> job(place, id, fields, Optional.ofNullable(bytes).map(Response::toBuffer)));
    }

    private static LoggedJob job(String place, String id, Response fields, Optional<Buffer> payload) {
        ByteBuffer header = RedisFields.bytes(fields.get(11));
        return new LoggedJob(
                place,
                id,
                JobState.find(RedisFields.text(fields.get(0))).orElse(JobState.FAILED),
                new JobInput.Description(
                        JobSchema.ofEnded(header).number(),
                        RedisFields.text(fields.get(5)),
                        header,
                        (int) RedisFields.number(fields.get(1)),
                        List.of()),
                RedisFields.number(fields.get(2)),
                RedisFields.number(fields.get(3)),
                RedisFields.number(fields.get(4)),
                RedisFields.numbers(RedisFields.text(fields.get(6))),
                RedisFields.bytes(fields.get(7)),
                RedisFields.text(fields.get(8)),
                payload);
    }
}
