package dev.sluice.worker.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A native library in a jar. The jars' own loaders unpack tens of megabytes at each start into the folder for temporary files, and leave
 * them there when the process is killed.
 *
 * @param owner a class of the same jar
 * @param resource its absolute name
 */
public record PackedLibrary(Class<?> owner, String resource) {

    /** Unpacks it unless that file is there already; safe for several processes at once. */
    public void unpackTo(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        try (InputStream packed = owner.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IOException("there is no library for this platform: " + resource);
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path partial = Files.createTempFile(file.toAbsolutePath().getParent(), "library", ".partial");
            Files.copy(packed, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
