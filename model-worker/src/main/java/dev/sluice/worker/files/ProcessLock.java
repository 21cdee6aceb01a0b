package dev.sluice.worker.files;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A file that this process holds locked. The system frees it when the process ends, however it ends. */
public final class ProcessLock implements AutoCloseable {
    /**
     * The files that this process holds. The system's locks belong to the process, not to the channel: closing any channel of a file
     * frees the lock on it, so a file in this set is not opened a second time.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;

    private ProcessLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Made when it is not there. Empty when this or another process holds it. */
    public static Optional<ProcessLock> tryAcquire(Path file) throws IOException {
        Path key = key(file);
        synchronized (HELD) {
            if (HELD.contains(key)) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean isLocked = false;
            try {
                isLocked = channel.tryLock() != null;
            } catch (OverlappingFileLockException heldByOtherCode) {
                return Optional.empty();
            } finally {
                if (!isLocked) {
                    channel.close();
                }
            }
            if (!isLocked) {
                return Optional.empty();
            }
            HELD.add(key);
            return Optional.of(new ProcessLock(key, channel));
        }
    }

    /** A new file, which others see only once it is locked. */
    public static ProcessLock create(Path file, String content) throws IOException {
        Path key = key(file);
        Path partial = WholeFile.partialOf(key);
        FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE);
        synchronized (HELD) {
            try {
                requireNonNull(channel.lock());
                channel.write(StandardCharsets.UTF_8.encode(content));
                Files.move(partial, key, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException e) {
                channel.close();
                Files.deleteIfExists(partial);
                throw e;
            }
            HELD.add(key);
            return new ProcessLock(key, channel);
        }
    }

    /** Whether this or another process holds it. */
    public static boolean isHeld(Path file) throws IOException {
        Path key = key(file);
        synchronized (HELD) {
            if (HELD.contains(key)) {
                return true;
            }
            // Shared, so that two processes that ask at the same time do not take each other for the holder.
            try (FileChannel channel = FileChannel.open(key, StandardOpenOption.READ)) {
                return channel.tryLock(0, Long.MAX_VALUE, true) == null;
            } catch (NoSuchFileException free) {
                return false;
            } catch (OverlappingFileLockException heldByOtherCode) {
                return true;
            }
        }
    }

    public Path file() {
        return file;
    }

    /** Frees it; the file stays. */
    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            HELD.remove(file);
            channel.close();
        }
    }

    private static Path key(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
