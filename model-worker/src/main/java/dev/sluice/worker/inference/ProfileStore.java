package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.model.BatchProfile;
import dev.sluice.text.Sha256;
import dev.sluice.worker.files.UnusedFiles;
import dev.sluice.worker.files.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measured profiles on disk: the same files on the same version of the engine and processor need not be measured again. */
final class ProfileStore {
    private static final Logger LOG = LoggerFactory.getLogger(ProfileStore.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    /** @param engine name, version and threads of what runs the model */
    ProfileStore(Path folder, String digest, String engine, String processor) {
        this.file = folder.resolve(Sha256.hex(digest + '\n' + engine + '\n' + processor, 16) + ".json");
    }

    Optional<BatchProfile> read() {
        try {
            BatchProfile profile = JSON.readValue(file.toFile(), BatchProfile.class);
            UnusedFiles.touch(file, Instant.now());
            return Optional.of(profile);
        } catch (NoSuchFileException | FileNotFoundException notMeasuredYet) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("Profile {} is unreadable and is measured again: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** A profile that cannot be stored is measured again at the next start. */
    void write(BatchProfile profile) {
        try {
            Files.createDirectories(file.getParent());
            WholeFile.write(file, JSON.writeValueAsString(profile));
        } catch (IOException e) {
            LOG.warn("Profile {} cannot be stored: {}", file, e.getMessage());
        }
    }
}
