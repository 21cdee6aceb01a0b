package dev.sluice.worker.inference;

/** The engine has failed on these items; fewer of them may still succeed. */
public final class InferenceException extends Exception {
    public InferenceException(String message) {
        super(message);
    }

    public InferenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
