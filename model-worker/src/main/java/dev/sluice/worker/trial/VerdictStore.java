package dev.sluice.worker.trial;

import dev.sluice.text.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verdicts by what was tried and with which limits, so that no second process dies over the same version and a warm start needs no trial. */
final class VerdictStore {
    private static final Logger LOG = LoggerFactory.getLogger(VerdictStore.class);

    private final Path folder;
    private final String build = Sha256.hex(classPath(), 16);

    VerdictStore(Path folder) {
        this.folder = folder;
    }

    /** A rejection by another build of the worker does not count: this one may be able to serve the version. */
    Optional<Verdict> read(String subject) {
        Path file = fileOf(subject);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            VerdictFile known = VerdictFile.read(file);
            return known.reason() == null || known.build().equals(build)
                    ? Optional.of(known.verdict())
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warn("Verdict {} is unreadable, the version is tried again: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** A verdict that cannot be stored is reached again at the next start. */
    void write(String subject, Verdict verdict) {
        try {
            Files.createDirectories(folder);
            VerdictFile.of(verdict, build).write(fileOf(subject));
        } catch (IOException e) {
            LOG.warn("Verdict {} cannot be stored: {}", fileOf(subject), e.getMessage());
        }
    }

    /** Whatever has passed stays. */
    void forgetFailure(String subject) {
        try {
            if (read(subject).filter(Verdict.Failed.class::isInstance).isPresent()) {
                Files.deleteIfExists(fileOf(subject));
            }
        } catch (IOException e) {
            LOG.warn("Verdict {} cannot be deleted: {}", fileOf(subject), e.getMessage());
        }
    }

    private Path fileOf(String subject) {
        return folder.resolve(Sha256.hex(subject, 16) + ".json");
    }

    /** Names, sizes and dates of the jars; a folder of classes counts by its name. */
    private static String classPath() {
        StringBuilder text = new StringBuilder();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            File file = new File(entry);
            text.append(file.getName());
            if (file.isFile()) {
                text.append(' ').append(file.length()).append(' ').append(file.lastModified());
            }
            text.append('\n');
        }
        return text.toString();
    }
}
