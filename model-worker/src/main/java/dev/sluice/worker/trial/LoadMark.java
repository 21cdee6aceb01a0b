package dev.sluice.worker.trial;

import dev.sluice.worker.files.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the next start that this process loads a version, unless it is closed, or the process shuts down in order. */
public final class LoadMark implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadMark.class);

    private final LoadMarks marks;
    private final String key;
    private final Optional<ProcessLock> mark;
    private final Runnable letOthersLoad;
    private final Thread atShutdown = new Thread(this::delete, "load-mark");

    LoadMark(LoadMarks marks, String key, Optional<ProcessLock> mark, Runnable letOthersLoad) {
        this.marks = marks;
        this.key = key;
        this.mark = mark;
        this.letOthersLoad = letOthersLoad;
        try {
            Runtime.getRuntime().addShutdownHook(atShutdown);
        } catch (IllegalStateException shuttingDown) {
            delete();
        }
    }

    /** The version is loaded and warmed up: earlier deaths do not count any more. */
    public void loaded() {
        marks.forget(key);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException shuttingDown) {
            LOG.debug("The process shuts down while a version loads");
        }
        delete();
        letOthersLoad.run();
    }

    private synchronized void delete() {
        mark.ifPresent(held -> {
            try (held) {
                Files.deleteIfExists(held.file());
            } catch (IOException e) {
                LOG.warn("Mark {} of a version that is loaded cannot be deleted: {}", held.file(), e.toString());
            }
        });
    }
}
