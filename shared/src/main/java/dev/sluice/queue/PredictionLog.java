package dev.sluice.queue;

import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the workers' commits have written of one deployment's predictions, for somebody to keep. It has a budget of its own: beyond it the
 * oldest entries go, and are counted. An entry stays until it is said to be {@link #kept}, so it may be read twice.
 */
public final class PredictionLog {
    private final ScriptRunner scripts;
    private final Deployment deployment;

    public PredictionLog(RedisLink link, Deployment deployment) {
        this(new ScriptRunner(link), deployment);
    }

    PredictionLog(ScriptRunner scripts, Deployment deployment) {
        this.scripts = scripts;
        this.deployment = deployment;
    }

    /** The oldest entries that are there, in their order. */
    public Future<List<LoggedJob>> oldest(int most) {
        return scripts.link()
                .send(Request.cmd(Command.XRANGE)
                        .arg(QueueKeys.log(deployment))
                        .arg("-")
                        .arg("+")
                        .arg("COUNT")
                        .arg(most))
                .compose(entries -> {
                    List<Future<LoggedJob>> jobs = new ArrayList<>(entries.size());
                    for (Response entry : entries) {
                        jobs.add(withPayload(entry.get(0).toString(), fields(entry.get(1))));
                    }
                    return Future.all(jobs).map(all -> all.list());
                });
    }

    /** They may go. */
    public Future<Void> kept(List<LoggedJob> jobs) {
        List<Object> places = new ArrayList<>(jobs.size());
        jobs.forEach(job -> places.add(job.place()));
        return scripts.run(QueueScript.LOGGED, deployment, places).mapEmpty();
    }

    private static Map<String, Response> fields(Response flat) {
        Map<String, Response> fields = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(flat.get(i).toString(), flat.get(i + 1));
        }
        return fields;
    }

    private Future<LoggedJob> withPayload(String place, Map<String, Response> fields) {
        if (!fields.containsKey("body")) {
            return Future.succeededFuture(job(
                    place, fields, Optional.ofNullable(fields.get("payload")).map(Response::toBuffer)));
        }
        return scripts.link()
                .send(Request.cmd(Command.GET).arg(QueueKeys.logged(deployment, text(fields, "job"))))
                .recover(JobLeases::goneWhenOfAnotherType)
                .map(body -> job(place, fields, Optional.ofNullable(body).map(Response::toBuffer)));
    }

    private static LoggedJob job(String place, Map<String, Response> fields, Optional<Buffer> payload) {
        return new LoggedJob(
                place,
                text(fields, "job"),
                JobState.find(text(fields, "state")).orElse(JobState.FAILED),
                text(fields, "content"),
                (int) JobIntake.number(fields.get("items")),
                JobIntake.number(fields.get("accepted")),
                JobIntake.number(fields.get("started")),
                JobIntake.number(fields.get("finished")),
                JobIntake.numbers(text(fields, "members")),
                text(fields, "outcome"),
                text(fields, "input"),
                payload);
    }

    private static String text(Map<String, Response> fields, String name) {
        return JobIntake.text(fields.get(name));
    }
}
