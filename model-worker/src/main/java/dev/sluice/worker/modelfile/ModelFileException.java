package dev.sluice.worker.modelfile;

/** A file of a version cannot be used; the message is the reason that people read: {@code <thing and fault>: <remedy>}. */
public final class ModelFileException extends Exception {
    public ModelFileException(String reason) {
        super(reason);
    }

    public ModelFileException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
