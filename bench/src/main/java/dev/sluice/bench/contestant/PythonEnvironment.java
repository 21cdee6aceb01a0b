package dev.sluice.bench.contestant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where Python packages are installed.
 *
 * @param lock the file that pins them
 */
record PythonEnvironment(Path folder, Path lock) {

    String python() {
        return program("python");
    }

    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    /** What {@code PATH} must be for programs that call others of the same environment. */
    String path() {
        return folder.resolve("bin") + ":" + System.getenv("PATH");
    }

    /** Of these packages, in a line. */
    String versions(String... packages) {
        try {
            List<String> pins = Files.readAllLines(lock);
            return Arrays.stream(packages)
                    .map(name -> name + " " + version(pins, name + "=="))
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version(List<String> pins, String start) {
        return pins.stream()
                .filter(pin -> pin.startsWith(start))
                .map(pin -> pin.substring(start.length()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(start + " is not pinned"));
    }
}
