package dev.sluice.worker.trial;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.worker.inference.LoadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

    /** Written by the child at its start: from then on its end says something about the version. */
    static Path startOf(Path trial) {
        return trial.resolve("started");
    }

    /** Written by the child when the version is loaded and its example has run: it waits to measure. */
    static Path loadedOf(Path trial) {
        return trial.resolve("loaded");
    }

    /** Written by the parent when the turn to measure has come. */
    static Path measuringOf(Path trial) {
        return trial.resolve("measuring");
    }

    static Path verdictOf(Path trial) {
        return trial.resolve("verdict.json");
    }
}
