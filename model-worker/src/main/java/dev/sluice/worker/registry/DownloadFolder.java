package dev.sluice.worker.registry;

import dev.sluice.worker.modelfile.FolderTree;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder to download into, with a lock file beside it that ends with the process: whoever finds the lock free knows that nobody
 * downloads there any more.
 */
final class DownloadFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DownloadFolder.class);
    private static final String LOCK = ".lock";
    /** Of folders without a lock: an earlier release downloads there and touches them more often, or they were being deleted. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path path;
    private final Path lockFile;
    private final FileLock lock;

    private DownloadFolder(Path path, Path lockFile, FileLock lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    static DownloadFolder create(Path downloads, String name) throws IOException {
        Files.createDirectories(downloads);
        Path path = downloads.resolve(name + "-" + UUID.randomUUID());
        Path lockFile = downloads.resolve(path.getFileName() + LOCK);
        FileLock lock = CacheFolder.lock(lockFile).orElseThrow(() -> new IOException("a new lock is held already"));
        Files.createDirectory(path);
        return new DownloadFolder(path, lockFile, lock);
    }

    Path path() {
        return path;
    }

    /** Deletes what was not moved away. */
    @Override
    public void close() throws IOException {
        try {
            FolderTree.delete(path);
            Files.deleteIfExists(lockFile);
        } finally {
            lock.channel().close();
        }
    }

    /** Deletes what killed workers have left, and nothing that a running one downloads. */
    static void deleteLeftovers(Path downloads, Clock clock) throws IOException {
        for (Path entry : CacheFolder.entries(downloads)) {
            boolean isLock = entry.getFileName().toString().endsWith(LOCK);
            Path lockFile = isLock ? entry : downloads.resolve(entry.getFileName() + LOCK);
            try {
                if (Files.exists(lockFile) ? !CacheFolder.isLocked(lockFile) : isAbandoned(entry, clock)) {
                    FolderTree.delete(entry);
                    LOG.info("deleted {} from the cache, a worker that ended has left it", entry.getFileName());
                }
            } catch (IOException e) {
                LOG.warn("{} cannot be deleted from the cache: {}", entry.getFileName(), e.toString());
            }
        }
    }

    private static boolean isAbandoned(Path entry, Clock clock) throws IOException {
        return Files.exists(entry) && CacheFolder.lastChangeMs(entry) < clock.millis() - ABANDONED.toMillis();
    }
}
