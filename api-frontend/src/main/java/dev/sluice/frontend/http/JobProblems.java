package dev.sluice.frontend.http;

import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import java.time.Duration;

/** The problems of jobs that end without predictions. */
final class JobProblems {
    private JobProblems() {}

    /** @param state final, and not one with an outcome */
    static Problem of(JobId id, JobState state) {
        return switch (state) {
            case CANCELLED ->
                Problem.of(
                                ProblemType.JOB_CANCELLED,
                                "the job was cancelled before a worker took it: send the request again if it is still wanted")
                        .ofJob(id);
            case EXPIRED ->
                Problem.of(
                                ProblemType.DEADLINE_PASSED,
                                "the deadline passed before a worker took the job, so it was not run: allow more time with X-Sluice-Deadline-Ms, or send it when the load is lower")
                        .ofJob(id);
            case DEAD ->
                Problem.of(
                                ProblemType.JOB_DEAD,
                                "the job could not be run and is stored as a dead letter: its reason is at /dead-letters/%s on the management port"
                                        .formatted(id))
                        .ofJob(id);
            case WAITING, RUNNING, DONE, FAILED ->
                throw new IllegalArgumentException("a job that is " + state + " has no problem");
        };
    }

    static Problem overdue(JobId id) {
        return Problem.of(
                        ProblemType.DEADLINE_PASSED,
                        "the deadline passed without an answer: the job may still run; until 60 seconds after the deadline, GET /v1/jobs/%s returns its result"
                                .formatted(id))
                .ofJob(id);
    }

    static Problem lost(JobId id) {
        return Problem.of(
                        ProblemType.JOB_LOST,
                        "Redis no longer has the job (see durability in /v1/status): send it again")
                .ofJob(id)
                .retryAfter(Duration.ofSeconds(1));
    }
}
