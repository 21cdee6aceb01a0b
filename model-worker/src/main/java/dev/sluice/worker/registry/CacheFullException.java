package dev.sluice.worker.registry;

import java.io.IOException;

/** The worker's disk does not take a version; the message is the reason that people read. */
final class CacheFullException extends IOException {
    CacheFullException(long needed, long free) {
        super(
                "the worker's disk is full (the version needs %d bytes, %d are free): free space in the folder of --cache, or point it to a larger disk"
                        .formatted(needed, free));
    }
}
