package dev.sluice.worker.registry;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Held by one worker at a time, for no longer than a few renames: while a worker checks whether a version is used and acts on it, no other
 * worker begins to use or removes one.
 */
final class CacheLock {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(2);

    private final Path file;

    CacheLock(Path file) {
        this.file = file;
    }

    /** Ends with the process. */
    interface Held extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /** @throws IOException also when another worker, for example a suspended one, does not release it in time */
    Held take() throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        long end = System.nanoTime() + LIMIT.toNanos();
        Optional<FileLock> lock = CacheFolder.lock(file);
        while (lock.isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("another worker holds %s for more than %d s".formatted(file, LIMIT.toSeconds()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            lock = CacheFolder.lock(file);
        }
        FileLock held = lock.get();
        return () -> held.channel().close();
    }
}
