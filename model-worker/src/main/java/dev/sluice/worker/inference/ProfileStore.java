package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.model.BatchProfile;
import dev.sluice.text.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measured profiles on disk: the same files on the same engine and processor need not be measured again. */
final class ProfileStore {
    private static final Logger LOG = LoggerFactory.getLogger(ProfileStore.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    /** @param engine name and threads of what runs the model */
    ProfileStore(Path folder, String digest, String engine, String processor) {
        this.file = folder.resolve(Sha256.hex(digest + '\n' + engine + '\n' + processor, 16) + ".json");
    }

    Optional<BatchProfile> read() {
        try {
            return Optional.of(JSON.readValue(file.toFile(), BatchProfile.class));
        } catch (NoSuchFileException | FileNotFoundException notMeasuredYet) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("profile {} cannot be read and is measured again: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** A profile that cannot be kept is measured again at the next start. */
    void write(BatchProfile profile) {
        try {
            Files.createDirectories(file.getParent());
            Path partial = Files.createTempFile(file.getParent(), "profile", ".partial");
            Files.writeString(partial, JSON.writeValueAsString(profile));
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("profile {} cannot be kept: {}", file, e.getMessage());
        }
    }
}
