package dev.sluice.queue;

import dev.sluice.job.JobId;
import dev.sluice.model.Deployment;
import io.vertx.core.Future;
import java.util.List;

/**
 * What callers say was true of jobs that were answered, however long ago, for somebody to keep. Nobody asks whether there was such a job.
 * What waits here is never dropped: beyond the budget of a deployment it is refused.
 */
public final class FeedbackLog {
    private final ScriptRunner scripts;
    private final DeploymentStream stream;

    public FeedbackLog(RedisLink link) {
        this.scripts = new ScriptRunner(link);
        this.stream = new DeploymentStream(scripts, "feedback");
    }

    /**
     * Notes it; said again, the later word is the one that counts.
     *
     * @param truth JSON array with an entry for each item
     * @param mostBytes that may wait for the job's deployment
     * @return false when there is no room
     */
    public Future<Boolean> note(JobId id, String truth, long mostBytes) {
        return scripts.run(QueueScript.FEEDBACK, id.deployment(), List.of(mostBytes, id, truth))
                .map(answer -> "noted".equals(answer.get(0).toString()));
    }

    /** The oldest that wait, in their order. */
    public Future<List<Feedback>> oldest(Deployment deployment, int most) {
        return stream.oldest(deployment, most)
                .map(entries -> entries.stream().map(FeedbackLog::feedback).toList());
    }

    /** They may go. */
    public Future<Void> kept(Deployment deployment, List<Feedback> feedback) {
        return stream.kept(deployment, feedback.stream().map(Feedback::place).toList());
    }

    private static Feedback feedback(DeploymentStream.Entry entry) {
        return new Feedback(entry.place(), entry.text("job"), entry.text("truth"));
    }
}
