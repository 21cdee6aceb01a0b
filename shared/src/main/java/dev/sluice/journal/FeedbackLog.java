package dev.sluice.journal;

import dev.sluice.job.JobId;
import dev.sluice.model.Deployment;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.QueueScript;
import dev.sluice.queue.ScriptRunner;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * The labels that callers send for answered jobs, until the monitor has stored them. It is not checked whether the job exists. Entries are
 * never dropped: beyond the budget of a deployment new ones are refused.
 */
public final class FeedbackLog {
    private final ScriptRunner scripts;

    public FeedbackLog(RedisLink link) {
        this.scripts = new ScriptRunner(link);
    }

    /**
     * Adds labels; if labels are sent again, the latest count.
     *
     * @param truth JSON array with an entry for each item
     * @param mostBytes limit of the backlog of the job's deployment
     * @return false if the backlog is full
     */
    public Future<Boolean> note(JobId id, String truth, long mostBytes) {
        return scripts.run(QueueScript.FEEDBACK, id.deployment(), List.of(mostBytes, id, truth))
                .map(answer -> "noted".equals(answer.get(0).toString()));
    }

    /** The oldest waiting entries, in order. Fields that are missing in an entry of an untrusted writer are empty. */
    public Future<List<Feedback>> oldest(Deployment deployment, int most) {
        return scripts.link()
                .send(Request.cmd(Command.XRANGE)
                        .arg(QueueKeys.feedback(deployment))
                        .arg("-")
                        .arg("+")
                        .arg("COUNT")
                        .arg(most))
                .map(found -> found.stream()
                        .map(entry -> new Feedback(
                                entry.get(0).toString(), field(entry.get(1), "job"), field(entry.get(1), "truth")))
                        .toList());
    }

    /** Deletes stored entries. */
    public Future<Void> kept(Deployment deployment, List<Feedback> feedback) {
        List<Object> places = new ArrayList<>(feedback.size());
        feedback.forEach(one -> places.add(one.place()));
        return scripts.run(QueueScript.FEEDBACK_KEPT, deployment, places).mapEmpty();
    }

    private static String field(Response flat, String name) {
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            if (flat.get(i).toString().equals(name)) {
                return flat.get(i + 1).toString();
            }
        }
        return "";
    }
}
