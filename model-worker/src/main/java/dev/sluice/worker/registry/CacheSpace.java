package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import dev.sluice.worker.modelfile.FolderTree;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the versions within the limits: those that were not used for the longest time are deleted. The live version of each deployment,
 * the one before it, and those that a running worker fetched last stay.
 */
final class CacheSpace {
    private static final Logger LOG = LoggerFactory.getLogger(CacheSpace.class);
    private static final String LOCK = ".in-use";
    /** Of each model: what its deployments may be loading now. */
    private static final int HELD = 2;

    private final Path versions;
    private final List<LiveNotes> notes;
    private final CacheLimits limits;
    private final Clock clock;
    private final Map<Path, FileLock> locks = new HashMap<>();
    private final Map<Path, Deque<Path>> held = new HashMap<>();

    /** @param notes name the versions that stay */
    CacheSpace(Path versions, List<LiveNotes> notes, CacheLimits limits, Clock clock) {
        this.versions = versions;
        this.notes = List.copyOf(notes);
        this.limits = limits;
        this.clock = clock;
    }

    private record Entry(Path folder, long bytes, long usedMs) {}

    /** From now on it is used: it stays until this worker has fetched others of its model. */
    synchronized void use(Path folder) {
        Deque<Path> used = held.computeIfAbsent(folder.resolveSibling(""), _ -> new ArrayDeque<>());
        used.remove(folder);
        used.addFirst(folder);
        try {
            if (!locks.containsKey(folder)) {
                CacheFolder.lock(folder.resolve(LOCK)).ifPresent(lock -> locks.put(folder, lock));
            }
            Files.setLastModifiedTime(folder, FileTime.fromMillis(clock.millis()));
            while (used.size() > HELD) {
                FileLock lock = locks.remove(used.removeLast());
                if (lock != null) {
                    lock.channel().close();
                }
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be marked as used: {}", folder, e.toString());
        }
    }

    /**
     * Before a download.
     *
     * @throws CacheFullException when it does not fit on the disk, also after all was deleted that may be
     */
    synchronized void makeRoom(Path target, long bytes) throws IOException {
        deleteUntilWithin(Math.max(0, limits.bytes() - bytes), limits.versions());
        List<Entry> deletable = deletable(entries());
        while (free(target) < bytes && !deletable.isEmpty()) {
            delete(deletable.removeFirst());
        }
        if (free(target) < bytes) {
            throw new CacheFullException(bytes, free(target));
        }
    }

    /** Deletes what the limits do not allow. */
    synchronized void trim() {
        try {
            deleteUntilWithin(limits.bytes(), limits.versions());
        } catch (IOException e) {
            LOG.warn("the cache cannot be kept within its limits: {}", e.toString());
        }
    }

    static long free(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    private void deleteUntilWithin(long bytes, int perModel) throws IOException {
        List<Entry> all = entries();
        List<Entry> deletable = deletable(all);
        Map<Path, Integer> counts = new HashMap<>();
        all.forEach(entry -> counts.merge(entry.folder().resolveSibling(""), 1, Integer::sum));
        long total = all.stream().mapToLong(Entry::bytes).sum();
        for (Entry entry : deletable) {
            Path model = entry.folder().resolveSibling("");
            if (counts.getOrDefault(model, 0) > perModel || total > bytes) {
                delete(entry);
                counts.merge(model, -1, Integer::sum);
                total -= entry.bytes();
            }
        }
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path model : CacheFolder.entries(versions)) {
            for (Path folder : CacheFolder.entries(model)) {
                entryOf(folder).ifPresent(entries::add);
            }
        }
        return entries;
    }

    private static Optional<Entry> entryOf(Path folder) throws IOException {
        try {
            return CacheFolder.isFolder(folder)
                    ? Optional.of(new Entry(
                            folder,
                            CacheFolder.bytes(folder),
                            Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS)
                                    .toMillis()))
                    : Optional.empty();
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    /** The longest unused first. */
    private List<Entry> deletable(List<Entry> entries) throws IOException {
        Set<Path> staying = new HashSet<>(locks.keySet());
        for (LiveNotes each : notes) {
            for (Map.Entry<Deployment, String> note : each.all().entrySet()) {
                staying.add(versions.resolve(note.getKey().model()).resolve(note.getValue()));
            }
        }
        held.values().forEach(staying::addAll);
        List<Entry> deletable = new ArrayList<>();
        for (Entry entry : entries) {
            if (!staying.contains(entry.folder())
                    && !CacheFolder.isLocked(entry.folder().resolve(LOCK))) {
                deletable.add(entry);
            }
        }
        deletable.sort(Comparator.comparingLong(Entry::usedMs));
        return deletable;
    }

    private static void delete(Entry entry) {
        try {
            FolderTree.delete(entry.folder());
            LOG.info("deleted {} from the cache ({} bytes)", entry.folder(), entry.bytes());
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted from the cache: {}", entry.folder(), e.toString());
        }
    }
}
