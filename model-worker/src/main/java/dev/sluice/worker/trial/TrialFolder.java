package dev.sluice.worker.trial;

import dev.sluice.worker.files.ProcessLock;
import dev.sluice.worker.modelfile.FolderTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder for one trial, with a lock beside it that ends with this worker: by it, all workers on the cache know which trials run. */
final class TrialFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrialFolder.class);
    private static final String PREFIX = "trial-";
    private static final String LOCK = ".lock";
    /** Of folders without a lock: an earlier release made them. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path path;
    private final ProcessLock lock;

    private TrialFolder(Path path, ProcessLock lock) {
        this.path = path;
        this.lock = lock;
    }

    static TrialFolder create(Path trials) throws IOException {
        Files.createDirectories(trials);
        Path path = trials.resolve(PREFIX + UUID.randomUUID());
        TrialFolder folder = new TrialFolder(path, ProcessLock.create(lockOf(path), ""));
        try {
            Files.createDirectory(path);
        } catch (IOException e) {
            folder.close();
            throw e;
        }
        return folder;
    }

    Path path() {
        return path;
    }

    /** How many trials compute, of all workers on this cache: one that waits for its turn to measure does not. */
    static int running(Path trials) throws IOException {
        int running = 0;
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(trials, PREFIX + "*" + LOCK)) {
            for (Path each : locks) {
                running += ProcessLock.isHeld(each) && !isWaiting(folderOf(each)) ? 1 : 0;
            }
        }
        return running;
    }

    /** Deletes what killed workers have left, and nothing of a trial that runs. */
    static void deleteLeftovers(Path trials, Instant now) {
        if (!Files.isDirectory(trials)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(trials, PREFIX + "*")) {
            for (Path entry : entries) {
                if (entry.toString().endsWith(LOCK)) {
                    deleteUnlessHeld(entry);
                } else if (!Files.exists(lockOf(entry)) && isAbandoned(entry, now)) {
                    FolderTree.delete(entry);
                }
            }
        } catch (IOException e) {
            LOG.warn("Leftovers of trials in {} cannot be deleted: {}", trials, e.toString());
        }
    }

    @Override
    public void close() {
        try (lock) {
            FolderTree.delete(path);
            Files.deleteIfExists(lock.file());
        } catch (IOException e) {
            LOG.warn("Folder {} of a trial cannot be deleted: {}", path, e.getMessage());
        }
    }

    private static void deleteUnlessHeld(Path lockFile) throws IOException {
        if (!ProcessLock.isHeld(lockFile)) {
            FolderTree.delete(folderOf(lockFile));
            Files.deleteIfExists(lockFile);
        }
    }

    private static boolean isAbandoned(Path entry, Instant now) throws IOException {
        return Files.exists(entry)
                && Files.getLastModifiedTime(entry).toInstant().isBefore(now.minus(ABANDONED));
    }

    private static boolean isWaiting(Path folder) {
        return Files.exists(TrialRequest.loadedOf(folder)) && !Files.exists(TrialRequest.measuringOf(folder));
    }

    private static Path folderOf(Path lockFile) {
        String name = lockFile.getFileName().toString();
        return lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
    }

    private static Path lockOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }
}
