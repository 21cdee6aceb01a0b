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
 * A folder to download into, with a lock file beside it. The lock ends with the process: a free lock means that the download has ended.
 */
final class DownloadFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DownloadFolder.class);
    private static final String LOCK = ".lock";
    /** Of folders without a lock: an earlier release downloads there and writes more often, or a killed worker was deleting them. */
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
        FileLock lock = CacheFolder.lock(lockFile)
                .orElseThrow(() -> new IOException("another process locks the new file %s".formatted(lockFile)));
        Files.createDirectory(path);
        return new DownloadFolder(path, lockFile, lock);
    }

    Path path() {
        return path;
    }

    /** Deletes what was not moved. */
    @Override
    public void close() throws IOException {
        try {
            FolderTree.delete(path);
            Files.deleteIfExists(lockFile);
        } finally {
            lock.channel().close();
        }
    }

    /** Deletes downloads of killed workers, not those of running ones. */
    static void deleteLeftovers(Path downloads, Clock clock) throws IOException {
        for (Path entry : CacheFolder.entries(downloads)) {
            boolean isLock = entry.getFileName().toString().endsWith(LOCK);
            Path lockFile = isLock ? entry : downloads.resolve(entry.getFileName() + LOCK);
            try {
                if (Files.exists(lockFile) ? !CacheFolder.isLocked(lockFile) : isAbandoned(entry, clock)) {
                    FolderTree.delete(entry);
                    LOG.info("Deleted {} of a worker that has ended from the cache", entry.getFileName());
                }
            } catch (IOException e) {
                LOG.warn("Cannot delete {}: {}", entry, CacheFault.reason(e));
            }
        }
    }

    private static boolean isAbandoned(Path entry, Clock clock) throws IOException {
        return Files.exists(entry) && CacheFolder.lastChangeMs(entry) < clock.millis() - ABANDONED.toMillis();
    }
}
