package dev.sluice.worker.registry;

/** A version's files cannot be taken as they are; the message is the reason that people read. */
public final class CorruptArtifactException extends Exception {
    public CorruptArtifactException(String reason) {
        super(reason);
    }
}
