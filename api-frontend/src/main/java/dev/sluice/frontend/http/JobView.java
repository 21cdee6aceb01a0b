package dev.sluice.frontend.http;

import dev.sluice.frontend.catalog.VersionAnswers;
import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.job.Outcome;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.queue.JobRecord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job as the interface shows it; for a member of a group, its own part of it.
 *
 * @param prediction of one that is done or failed
 */
record JobView(JobId id, JobRecord job, Optional<Prediction> prediction) {
    /** Reads what is needed to show the outcome. */
    static Future<JobView> of(JobId id, JobRecord job, VersionAnswers versions) {
        if (job.state() != JobState.DONE && job.state() != JobState.FAILED) {
            return Future.succeededFuture(new JobView(id, job, Optional.empty()));
        }
        Outcome whole = OutcomeCodec.decode(job.outcome());
        Outcome part = isMember(id, job) ? whole.slice(from(id, job), to(id, job)) : whole;
        return versions.of(id.deployment(), part)
                .map(answers -> new JobView(id, job, Optional.of(new Prediction(id, part, answers))));
    }

    String json() {
        JsonObject view = new JsonObject()
                .put("job_id", id.toString())
                .put("model", id.deployment().model())
                .put("alias", id.deployment().alias())
                .put("state", state().wireName())
                .put("lane", job.lane())
                .put("items", to(id, job) - from(id, job))
                .put("deaths", job.deaths())
                .put("timeline", timeline(job));
        job.resentFrom().ifPresent(other -> view.put("resent_from", other.toString()));
        job.resentTo().ifPresent(other -> view.put("resent_to", other.toString()));
        problem().ifPresent(problem -> view.put("error", problem.body()));
        String json = view.encode();
        return prediction
                .filter(Prediction::isComplete)
                .map(result -> json.substring(0, json.length() - 1) + ",\"result\":" + result.json() + "}")
                .orElse(json);
    }

    /** A group has failed when one member has; the others' parts are done. */
    private JobState state() {
        return prediction
                .map(part -> part.isComplete() ? JobState.DONE : JobState.FAILED)
                .orElse(job.state());
    }

    private Optional<Problem> problem() {
        return switch (job.state()) {
            case DONE, FAILED -> prediction.filter(part -> !part.isComplete()).map(Prediction::problem);
            case CANCELLED, EXPIRED -> Optional.of(JobProblems.of(id, job.state()));
            case DEAD -> Optional.of(JobProblems.of(id, job.state()).with("reason", job.reason()));
            case WAITING, RUNNING -> Optional.empty();
        };
    }

    static JsonObject timeline(JobRecord job) {
        JsonObject timeline = new JsonObject();
        put(timeline, "accepted", job.accepted());
        put(timeline, "started", job.started());
        put(timeline, "finished", job.finished());
        put(timeline, "deadline", job.deadline());
        return timeline;
    }

    private static void put(JsonObject timeline, String event, long epochMs) {
        if (epochMs > 0) {
            timeline.put(event, Instant.ofEpochMilli(epochMs).toString());
        }
    }

    private static boolean isMember(JobId id, JobRecord job) {
        return id.member() != JobId.WHOLE && !job.members().isEmpty();
    }

    private static int from(JobId id, JobRecord job) {
        return isMember(id, job) ? sum(job.members().subList(0, id.member())) : 0;
    }

    private static int to(JobId id, JobRecord job) {
        return isMember(id, job) ? sum(job.members().subList(0, id.member() + 1)) : job.items();
    }

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }
}
