package dev.sluice.worker.trial;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.worker.inference.LoadSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What the child JVM is asked to do: a file in the trial's folder, beside which it writes its verdict. */
record TrialRequest(String model, String digest, LoadSettings loading, long profilingMillis) {
    private static final String FILE = "request.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static TrialRequest read(Path trial) throws IOException {
        return JSON.readValue(trial.resolve(FILE).toFile(), TrialRequest.class);
    }

    void write(Path trial) throws IOException {
        Files.writeString(trial.resolve(FILE), JSON.writeValueAsString(this));
    }

    static void delete(Path trial) throws IOException {
        try (Stream<Path> files = Files.walk(trial)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static Path verdictOf(Path trial) {
        return trial.resolve("verdict.json");
    }
}
