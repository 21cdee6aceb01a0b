package dev.sluice.frontend.http;

/** Carries a problem to where it is answered; what a handler has nothing more to say about. */
final class ProblemException extends RuntimeException {
    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
