package dev.sluice.worker.inference;

/** This version can never be served; the message says why and what to do. */
public final class UnservableModelException extends Exception {
    public UnservableModelException(String reason) {
        super(reason);
    }

    public UnservableModelException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
