package dev.sluice.worker.trial;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * A verdict on disk.
 *
 * @param reason null when the version has passed
 * @param build of the worker that reached the verdict: another build may be able to serve what this one rejects
 */
record VerdictFile(@Nullable String reason, String build) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static VerdictFile of(Verdict verdict, String build) {
        return switch (verdict) {
            case Verdict.Passed _ -> new VerdictFile(null, build);
            case Verdict.Failed(String reason) -> new VerdictFile(reason, build);
        };
    }

    Verdict verdict() {
        return reason == null ? new Verdict.Passed() : new Verdict.Failed(reason);
    }

    static VerdictFile read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), VerdictFile.class);
    }

    /** Appears whole or not at all. */
    void write(Path file) throws IOException {
        Path partial = Files.createTempFile(file.getParent(), "verdict", ".partial");
        Files.writeString(partial, JSON.writeValueAsString(this));
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
