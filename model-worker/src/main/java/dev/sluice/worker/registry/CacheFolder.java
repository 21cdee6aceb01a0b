package dev.sluice.worker.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Folders, small files, sizes and locks within the cache. Links are never followed. */
final class CacheFolder {
    private static final long LONGEST_LINE = 4_000;

    private static final Set<OpenOption> PRESENT =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATED = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private CacheFolder() {}

    /** What the folder contains; nothing if it does not exist. */
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

    /** The content of a small file; empty if there is none, or a folder, a link or a large file in its place. */
    static Optional<String> line(Path file) throws IOException {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LONGEST_LINE
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (NoSuchFileException movedMeanwhile) {
            return Optional.empty();
        }
    }

    /** Writes the file; other processes read the old content or the new. */
    static void replace(Path file, String text) throws IOException {
        Path fresh = Files.createTempFile(file.resolveSibling(""), ".", ".new");
        try {
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** A lock that ends with this process; empty if a process holds it already. The file is created if it is missing. */
    static Optional<FileLock> lock(Path file) throws IOException {
        return lock(FileChannel.open(file, CREATED), false);
    }

    /** As {@link #lock}, but any number of processes may hold it at once. */
    static Optional<FileLock> share(Path file) throws IOException {
        return lock(FileChannel.open(file, CREATED), true);
    }

    /** Whether another process, or this one, holds or shares the lock. */
    static boolean isLocked(Path file) throws IOException {
        try {
            Optional<FileLock> lock = lock(FileChannel.open(file, PRESENT), false);
            if (lock.isPresent()) {
                lock.get().channel().close();
            }
            return lock.isEmpty();
        } catch (NoSuchFileException free) {
            return false;
        }
    }

    private static Optional<FileLock> lock(FileChannel channel, boolean shared) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException heldHere) {
            // Another cache in this process holds it, which counts like another process.
            return Optional.empty();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return Optional.ofNullable(lock);
    }
}
