package dev.sluice.worker.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Folders, sizes and locks within the cache. Links are never followed. */
final class CacheFolder {
    private CacheFolder() {}

    /** What lies in the folder; nothing when there is none. */
    static List<Path> entries(Path folder) throws IOException {
        if (!isFolder(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException deletedMeanwhile) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return bytes;
    }

    /** The last change of anything in it. */
    static long lastChangeMs(Path path) throws IOException {
        long last = 0;
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                last = Math.max(
                        last,
                        Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                                .toMillis());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return last;
    }

    /** A lock that ends with this process; empty when a process holds it already. Made when it is not there. */
    static Optional<FileLock> lock(Path file) throws IOException {
        return lock(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    /** Whether another process, or this one, holds the lock. */
    static boolean isLocked(Path file) throws IOException {
        try {
            Optional<FileLock> lock = lock(FileChannel.open(file, StandardOpenOption.WRITE));
            if (lock.isPresent()) {
                lock.get().channel().close();
            }
            return lock.isEmpty();
        } catch (NoSuchFileException free) {
            return false;
        }
    }

    private static Optional<FileLock> lock(FileChannel channel) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldHere) {
            // By another cache of this process: as good as by another process.
            return Optional.empty();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return Optional.ofNullable(lock);
    }
}
