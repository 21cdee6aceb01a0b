package dev.sluice.worker.trial;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.worker.files.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A verdict on disk.
 *
 * @param reason null when the version has passed
 * @param trial name of the trial that reached it
 * @param isMeasuredBesideOthers the profile may be slower than the version is: the next start measures again
 */
record VerdictFile(@Nullable String reason, @Nullable String trial, boolean isMeasuredBesideOthers) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static VerdictFile of(Verdict verdict, boolean isMeasuredBesideOthers) {
        String trial = UUID.randomUUID().toString();
        return switch (verdict) {
            case Verdict.Passed _ -> new VerdictFile(null, trial, isMeasuredBesideOthers);
            case Verdict.Failed(String reason) -> new VerdictFile(reason, trial, false);
        };
    }

    Verdict verdict() {
        return reason == null ? new Verdict.Passed() : new Verdict.Failed(reason);
    }

    static VerdictFile read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), VerdictFile.class);
    }

    void write(Path file) throws IOException {
        WholeFile.write(file, JSON.writeValueAsString(this));
    }
}
