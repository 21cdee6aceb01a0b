package dev.sluice.frontend.http;

import dev.sluice.frontend.catalog.VersionAnswers;
import dev.sluice.frontend.reply.AwaitedJob;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobRecord;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** What became of a job: its state at once or when it ends, and its cancellation. */
final class JobHandler {
    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final JobIntake intake;
    private final Replies replies;
    private final VersionAnswers versions;
    private final Future<Void> draining;

    /** @param draining completes when long polls are to be answered at once */
    JobHandler(JobIntake intake, Replies replies, VersionAnswers versions, Future<Void> draining) {
        this.versions = versions;
        this.intake = intake;
        this.replies = replies;
        this.draining = draining;
    }

    void show(RoutingContext exchange) {
        JobId id = id(exchange);
        Duration wait = Preferences.of(exchange.request())
                .waitFor()
                .map(asked -> asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked)
                .orElse(Duration.ZERO);
        intake.find(id)
                .compose(found -> isWorthWaiting(found, wait) ? ended(id, wait) : Future.succeededFuture(found))
                .compose(found -> JobView.of(id, known(id, found), versions))
                .map(JobView::json)
                .onSuccess(json -> JsonAnswer.send(exchange, 200, json))
                .onFailure(exchange::fail);
    }

    void cancel(RoutingContext exchange) {
        JobId id = id(exchange);
        if (id.member() != JobId.WHOLE) {
            throw Problem.of(
                            ProblemType.JOB_NOT_CANCELLABLE,
                            "the request shares its job with others, which would be cancelled with it: ignore its result instead")
                    .ofJob(id)
                    .asException();
        }
        intake.cancel(id)
                .map(state -> state.orElseThrow(() -> unknown(id)))
                .compose(state ->
                        state == JobState.CANCELLED ? intake.find(id) : Future.failedFuture(notCancellable(id, state)))
                .compose(found -> JobView.of(id, known(id, found), versions))
                .map(JobView::json)
                .onSuccess(json -> JsonAnswer.send(exchange, 200, json))
                .onFailure(exchange::fail);
    }

    private boolean isWorthWaiting(Optional<JobRecord> found, Duration wait) {
        return !wait.isZero()
                && !draining.isComplete()
                && found.filter(job -> !job.state().isFinal()).isPresent();
    }

    private Future<Optional<JobRecord>> ended(JobId id, Duration wait) {
        AwaitedJob job = replies.watch(id.queued());
        Future<?> end = replies.within(job, wait).ending();
        replies.release(job);
        return Future.any(end, draining).compose(_ -> intake.find(id));
    }

    static JobId id(RoutingContext exchange) {
        String text = exchange.pathParam("id");
        return JobId.parse(text)
                .orElseThrow(() -> Problem.of(
                                ProblemType.UNKNOWN_JOB,
                                "'" + text
                                        + "' is not the id of a job: use that of X-Sluice-Job-Id or of the 202 answer")
                        .asException());
    }

    private static JobRecord known(JobId id, Optional<JobRecord> found) {
        return found.filter(job -> id.member() == JobId.WHOLE
                        || id.member() < job.members().size())
                .orElseThrow(() -> unknown(id));
    }

    private static ProblemException unknown(JobId id) {
        return Problem.of(
                        ProblemType.UNKNOWN_JOB,
                        "no job has this id, or its outcome has expired: send the request again")
                .ofJob(id)
                .asException();
    }

    private static ProblemException notCancellable(JobId id, JobState state) {
        return Problem.of(
                        ProblemType.JOB_NOT_CANCELLABLE,
                        "the job is " + state.wireName() + ": only a waiting one can be cancelled")
                .ofJob(id)
                .with("state", state.wireName())
                .asException();
    }
}
