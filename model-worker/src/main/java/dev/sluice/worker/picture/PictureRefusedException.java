package dev.sluice.worker.picture;

import dev.sluice.job.Failure;
import dev.sluice.picture.PictureFormat;

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

    /** The file ends too early, or its content contradicts itself. */
    static PictureRefusedException broken(PictureFormat format) {
        return undecodable("the %s file is truncated or corrupt: send the whole file, or save the picture again"
                .formatted(format.title()));
    }

    /** The file is of a kind that is not decoded here. */
    static PictureRefusedException unsupported(PictureFormat format, String kind, String instead) {
        return undecodable("%s files with %s are not supported: %s".formatted(format.title(), kind, instead));
    }

    public Failure failure() {
        return failure;
    }
}
