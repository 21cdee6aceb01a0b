package dev.sluice.bench.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the processes are started with.
 *
 * @param work a folder for logs and state
 * @param redis the server and its settings, as a command line
 */
record Site(Path work, List<String> redis) {
    Site {
        redis = List.copyOf(redis);
    }

    /** The file for what a process of that name prints. */
    Path log(String name) throws IOException {
        return Files.createDirectories(work.resolve("logs")).resolve(name + ".log");
    }
}
