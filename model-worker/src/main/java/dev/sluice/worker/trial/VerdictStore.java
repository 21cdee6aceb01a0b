package dev.sluice.worker.trial;

import dev.sluice.worker.files.UnusedFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verdicts by the key of what was tried, so that no second process dies over the same version and a warm start needs no trial. */
final class VerdictStore {
    private static final Logger LOG = LoggerFactory.getLogger(VerdictStore.class);
    private static final String SUFFIX = ".json";

    private final Path folder;
    /** Trials before this start whose profiles were measured beside others. */
    private final Set<String> toRepeat;

    /** @param isToRepeat the version has passed, but its profile is to be measured again */
    record Known(Verdict verdict, boolean isToRepeat) {}

    /** Made once for each start of a worker. */
    VerdictStore(Path folder) {
        this.folder = folder;
        this.toRepeat = measuredBesideOthers(folder);
    }

    Optional<Known> read(String key) {
        Path file = fileOf(key);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            VerdictFile known = VerdictFile.read(file);
            UnusedFiles.touch(file, Instant.now());
            return Optional.of(new Known(known.verdict(), toRepeat.contains(Objects.toString(known.trial()))));
        } catch (IOException e) {
            LOG.warn("Verdict {} is unreadable, the version is tried again: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** A verdict that cannot be stored is reached again at the next start. */
    void write(String key, VerdictFile verdict) {
        try {
            Files.createDirectories(folder);
            verdict.write(fileOf(key));
        } catch (IOException e) {
            LOG.warn("Verdict {} cannot be stored: {}", fileOf(key), e.getMessage());
        }
    }

    /** Whatever has passed stays. */
    void forgetFailure(String key) {
        try {
            if (read(key)
                    .filter(known -> known.verdict() instanceof Verdict.Failed)
                    .isPresent()) {
                Files.deleteIfExists(fileOf(key));
            }
        } catch (IOException e) {
            LOG.warn("Verdict {} cannot be deleted: {}", fileOf(key), e.getMessage());
        }
    }

    private Path fileOf(String key) {
        return folder.resolve(key + SUFFIX);
    }

    private static Set<String> measuredBesideOthers(Path folder) {
        Set<String> trials = new HashSet<>();
        if (!Files.isDirectory(folder)) {
            return trials;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                addIfMeasuredBesideOthers(file, trials);
            }
        } catch (IOException e) {
            LOG.warn("Verdicts in {} cannot be listed: {}", folder, e.toString());
        }
        return trials;
    }

    private static void addIfMeasuredBesideOthers(Path file, Set<String> trials) {
        try {
            VerdictFile verdict = VerdictFile.read(file);
            if (verdict.isMeasuredBesideOthers()) {
                trials.add(Objects.toString(verdict.trial()));
            }
        } catch (IOException unreadable) {
            LOG.debug("Verdict {} is unreadable: {}", file, unreadable.getMessage());
        }
    }
}
