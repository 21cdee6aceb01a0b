package dev.sluice.worker.trial;

import dev.sluice.worker.files.ProcessLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks of the versions that workers load now, locked by their process: a mark that nobody holds is left by a process that ended while it
 * loaded the version. A version with such a mark is loaded alone, so that what ends the process next is found.
 */
final class LoadMarks {
    /** Deaths of workers while they load a version, after which it is not loaded any more. */
    static final int MOST_DEATHS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(LoadMarks.class);
    private static final String SUFFIX = ".loading";
    private static final int ALL = Integer.MAX_VALUE;

    private final Path folder;
    private final Duration patience;
    private final Semaphore places = new Semaphore(ALL, true);

    /**
     * @param folder of the verdicts
     * @param patience how long a version waits for others to have been loaded, before it is loaded beside them
     */
    LoadMarks(Path folder, Duration patience) {
        this.folder = folder;
        this.patience = patience;
    }

    /** How many processes have ended while they loaded the version, since it was last loaded well. */
    int deaths(String key) {
        return ofEndedProcesses(key).size();
    }

    /** To be called before the version is loaded; the mark is closed afterwards. */
    LoadMark begin(String key) throws InterruptedException {
        List<Path> left = ofEndedProcesses(key);
        if (!left.isEmpty()) {
            LOG.warn(
                    "A worker ended while it loaded this version ({}): it is loaded again, alone",
                    contentOf(left.getLast()));
        }
        int permits = left.isEmpty() ? 1 : ALL;
        boolean isPlaced = places.tryAcquire(permits, patience.toNanos(), TimeUnit.NANOSECONDS);
        return new LoadMark(this, key, create(key), () -> places.release(isPlaced ? permits : 0));
    }

    /** Deletes the marks of processes that have ended. */
    void forget(String key) {
        for (Path mark : ofEndedProcesses(key)) {
            try {
                Files.deleteIfExists(mark);
            } catch (IOException e) {
                LOG.warn("Mark {} of a process that has ended cannot be deleted: {}", mark, e.toString());
            }
        }
    }

    private Optional<ProcessLock> create(String key) {
        try {
            Files.createDirectories(folder);
            ProcessHandle process = ProcessHandle.current();
            String started =
                    process.info().startInstant().map(Instant::toString).orElse("");
            return Optional.of(ProcessLock.create(
                    folder.resolve("%s.%s%s".formatted(key, UUID.randomUUID(), SUFFIX)),
                    "process %d, started %s".formatted(process.pid(), started)));
        } catch (IOException e) {
            LOG.warn(
                    "No mark can be written to {}; a crash while a version loads is not counted: {}",
                    folder,
                    e.toString());
            return Optional.empty();
        }
    }

    private List<Path> ofEndedProcesses(String key) {
        List<Path> ended = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return ended;
        }
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(folder, key + ".*" + SUFFIX)) {
            for (Path mark : marks) {
                if (!ProcessLock.isHeld(mark) && Files.exists(mark)) {
                    ended.add(mark);
                }
            }
        } catch (IOException e) {
            LOG.warn("Marks of versions in {} cannot be read: {}", folder, e.toString());
        }
        return ended;
    }

    private static String contentOf(Path mark) {
        try {
            return Files.readString(mark);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
