package dev.sluice.worker.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that appear whole or not at all. */
public final class WholeFile {
    /** A process that is killed while it writes leaves a file with this ending. */
    static final String PARTIAL = ".partial";

    private WholeFile() {}

    public static void write(Path file, String content) throws IOException {
        Path partial = partialOf(file);
        try {
            Files.writeString(partial, content);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** The same for the bytes of a stream. */
    public static void write(Path file, InputStream content) throws IOException {
        Path partial = partialOf(file);
        try {
            Files.copy(content, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    static Path partialOf(Path file) throws IOException {
        return Files.createTempFile(file.toAbsolutePath().getParent(), "file", PARTIAL);
    }
}
