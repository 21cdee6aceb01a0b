package dev.sluice.worker.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes small files that are not used any more, and what a killed process has left of those that it wrote. */
public final class UnusedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(UnusedFiles.class);
    private static final Duration ABANDONED = Duration.ofHours(1);
    private static final Duration UNUSED = Duration.ofDays(90);

    private UnusedFiles() {}

    /** Marks the file as used. */
    public static void touch(Path file, Instant now) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(now));
        } catch (IOException e) {
            LOG.debug("{} cannot be marked as used: {}", file, e.toString());
        }
    }

    /** Of the folder's own files; folders in it stay. What cannot be deleted stays until the next start. */
    public static void delete(Path folder, Instant now) {
        delete(folder, file -> isUnused(file, now));
    }

    /** Only what a killed process has left half written. */
    public static void deletePartial(Path folder, Instant now) {
        delete(folder, file -> isPartial(file) && isUnused(file, now));
    }

    private interface Choice {
        boolean includes(Path file) throws IOException;
    }

    private static void delete(Path folder, Choice choice) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : entries.toList()) {
                if (choice.includes(file)) {
                    deleteUnlessHeld(file);
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warn("Folder {} cannot be cleaned: {}", folder, e.toString());
        }
    }

    private static boolean isUnused(Path file, Instant now) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Duration limit = isPartial(file) ? ABANDONED : UNUSED;
        return Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(limit));
    }

    private static boolean isPartial(Path file) {
        return file.toString().endsWith(WholeFile.PARTIAL);
    }

    private static void deleteUnlessHeld(Path file) throws IOException {
        if (!ProcessLock.isHeld(file)) {
            Files.deleteIfExists(file);
        }
    }
}
