package dev.sluice.worker.inference;

import dev.sluice.worker.modelfile.ModelFileException;

/** This version can never be served; the message says why and what to do. */
public final class UnservableModelException extends Exception {
    public UnservableModelException(String reason) {
        super(reason);
    }

    /** A file of it cannot be used. */
    UnservableModelException(ModelFileException fault) {
        super(fault.getMessage(), fault);
    }

    public UnservableModelException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
