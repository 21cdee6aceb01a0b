package dev.sluice.worker.natives;

import dev.sluice.worker.files.UnusedFiles;
import dev.sluice.worker.files.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

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
        Path folder = file.toAbsolutePath().resolveSibling("");
        UnusedFiles.deletePartial(folder, Instant.now());
        if (Files.exists(file)) {
            return;
        }
        try (InputStream packed = owner.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IOException("there is no library for this platform: " + resource);
            }
            Files.createDirectories(folder);
            WholeFile.write(file, packed);
        }
    }
}
