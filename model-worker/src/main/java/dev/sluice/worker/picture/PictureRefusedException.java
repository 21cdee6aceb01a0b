package dev.sluice.worker.picture;

import dev.sluice.job.Failure;

/** A picture that cannot be decoded, or must not be. */
public final class PictureRefusedException extends Exception {
    private final Failure failure;

    PictureRefusedException(Failure.Kind kind, String detail) {
        super(detail, null, false, false);
        this.failure = new Failure(kind, detail);
    }

    static PictureRefusedException undecodable(String detail) {
        return new PictureRefusedException(Failure.Kind.UNDECODABLE_PICTURE, detail);
    }

    public Failure failure() {
        return failure;
    }
}
