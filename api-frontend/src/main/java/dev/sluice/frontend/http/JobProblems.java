package dev.sluice.frontend.http;

import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import java.time.Duration;

/** What is said of jobs that end without predictions. */
final class JobProblems {
    private JobProblems() {}

    /** @param state final, and not one with an outcome */
    static Problem of(JobId id, JobState state) {
        return switch (state) {
            case CANCELLED ->
                Problem.of(ProblemType.JOB_CANCELLED, "it was cancelled before a worker took it")
                        .ofJob(id);
            case EXPIRED ->
                Problem.of(
                                ProblemType.DEADLINE_PASSED,
                                "its deadline passed before a worker took it, so it was not run")
                        .ofJob(id);
            case DEAD ->
                Problem.of(
                                ProblemType.JOB_DEAD,
                                "it could not be run (its workers died over it, or it cannot be read) and is kept as a dead letter")
                        .ofJob(id);
            case WAITING, RUNNING, DONE, FAILED ->
                throw new IllegalArgumentException("a job that is " + state + " is no problem");
        };
    }

    static Problem overdue(JobId id) {
        return Problem.of(
                        ProblemType.DEADLINE_PASSED,
                        "no answer within the deadline; if it is still run, GET /v1/jobs/%s has the result"
                                .formatted(id))
                .ofJob(id);
    }

    static Problem lost(JobId id) {
        return Problem.of(ProblemType.JOB_LOST, "Redis no longer has it (see durability in /v1/status): send it again")
                .ofJob(id)
                .retryAfter(Duration.ofSeconds(1));
    }
}
