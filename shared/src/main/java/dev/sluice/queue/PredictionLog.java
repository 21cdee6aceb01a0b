package dev.sluice.queue;

import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;

/**
 * What the workers' commits have written of predictions, for somebody to keep. For each deployment it has a budget of its own: beyond it
 * the oldest entries go, and are counted. An entry stays until it is said to be {@link #kept}, so it may be read twice.
 */
public final class PredictionLog {
    private final ScriptRunner scripts;
    private final DeploymentStream stream;

    public PredictionLog(RedisLink link) {
        this(new ScriptRunner(link));
    }

    PredictionLog(ScriptRunner scripts) {
        this.scripts = scripts;
        this.stream = new DeploymentStream(scripts, "log");
    }

    /** The oldest entries that are there, in their order. */
    public Future<List<LoggedJob>> oldest(Deployment deployment, int most) {
        return stream.oldest(deployment, most)
                .compose(entries -> Future.all(entries.stream()
                                .map(entry -> withPayload(deployment, entry))
                                .toList())
                        .map(all -> all.list()));
    }

    /** @param droppedItems that have gone because it was full, since Redis was last emptied */
    public record Fill(long bytes, long droppedItems) {}

    public Future<Fill> fill(Deployment deployment) {
        return scripts.link()
                .send(Request.cmd(Command.HMGET)
                        .arg(QueueKeys.counters(deployment))
                        .arg("log.bytes")
                        .arg("total.log-dropped"))
                .map(counters -> new Fill(JobIntake.number(counters.get(0)), JobIntake.number(counters.get(1))));
    }

    /** They may go. */
    public Future<Void> kept(Deployment deployment, List<LoggedJob> jobs) {
        return stream.kept(deployment, jobs.stream().map(LoggedJob::place).toList());
    }

    private Future<LoggedJob> withPayload(Deployment deployment, DeploymentStream.Entry entry) {
        if (entry.field("body") == null) {
            return Future.succeededFuture(
                    job(entry, Optional.ofNullable(entry.field("payload")).map(Response::toBuffer)));
        }
        return scripts.link()
                .send(Request.cmd(Command.GET).arg(QueueKeys.logged(deployment, entry.text("job"))))
                .recover(JobLeases::goneWhenOfAnotherType)
                .map(body -> job(entry, Optional.ofNullable(body).map(Response::toBuffer)));
    }

    private static LoggedJob job(DeploymentStream.Entry entry, Optional<Buffer> payload) {
        return new LoggedJob(
                entry.place(),
                entry.text("job"),
                JobState.find(entry.text("state")).orElse(JobState.FAILED),
                entry.text("content"),
                (int) entry.number("items"),
                entry.number("accepted"),
                entry.number("started"),
                entry.number("finished"),
                JobIntake.numbers(entry.text("members")),
                entry.text("outcome"),
                entry.text("input"),
                payload);
    }
}
