package dev.sluice.worker.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedLibraryTest {
    private static final String RESOURCE = "/dev/sluice/worker/natives/PackedLibrary.class";

    @TempDir
    Path folder;

    @Test
    void whatAKilledProcessHasUnpackedHalfIsDeletedAndALibraryOfAnyAgeStays() throws Exception {
        PackedLibrary library = new PackedLibrary(PackedLibrary.class, RESOURCE);
        Path file = folder.resolve("library.so");
        library.unpackTo(file);
        assertEquals(Set.of("library.so"), names());
        for (String left : Set.of("library.so", "file1.partial")) {
            Files.write(folder.resolve(left), new byte[] {1});
            Files.setLastModifiedTime(
                    folder.resolve(left), FileTime.from(Instant.now().minus(Duration.ofDays(200))));
        }
        Files.createFile(folder.resolve("of-a-running-process.partial"));
        library.unpackTo(file);
        assertEquals(Set.of("library.so", "of-a-running-process.partial"), names());
        assertEquals(1, Files.size(file), "not unpacked again");
    }

    @Test
    void aLibraryThatIsMissingLeavesNothing() {
        PackedLibrary none = new PackedLibrary(PackedLibrary.class, "/none.so");
        assertThrows(IOException.class, () -> none.unpackTo(folder.resolve("none.so")));
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
