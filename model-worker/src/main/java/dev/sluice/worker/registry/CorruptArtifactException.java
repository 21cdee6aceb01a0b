package dev.sluice.worker.registry;

/** A version's files can never be served as they are; the message is the reason for the rejection. */
public final class CorruptArtifactException extends Exception {
    public CorruptArtifactException(String reason) {
        super(reason);
    }
}
