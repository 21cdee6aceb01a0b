package dev.sluice.worker.trial;

/** No trial could be run, which says nothing about the version; to be tried again. */
public final class TrialUnavailableException extends Exception {
    TrialUnavailableException(String message) {
        super(message);
    }

    TrialUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
