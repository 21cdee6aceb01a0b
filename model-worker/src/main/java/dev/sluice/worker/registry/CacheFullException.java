package dev.sluice.worker.registry;

import java.io.IOException;

/** The worker's disk does not take a version; the message is the reason that people read. */
final class CacheFullException extends IOException {
    /** @param needed as the store says; 0 when it does not */
    CacheFullException(long needed, long free) {
        super("the worker's disk is full (%s): free space in the folder of --cache, or point it to a larger disk"
                .formatted(
                        needed > free
                                ? "the version needs %d bytes, %d are free".formatted(needed, free)
                                : "%d bytes are free".formatted(free)));
    }
}
