package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
 * Applies the limits to the versions: the least recently used are deleted first. The live version of each deployment, the one before it,
 * and those that a running worker fetched last stay.
 */
final class CacheSpace {
    private static final Logger LOG = LoggerFactory.getLogger(CacheSpace.class);

    private final CacheLayout layout;
    private final RememberedVersions remembered;
    private final UsedFolders used;
    private final CacheLimits limits;

    CacheSpace(CacheLayout layout, UsedFolders used, CacheLimits limits) {
        this.layout = layout;
        this.remembered = new RememberedVersions(layout);
        this.used = used;
        this.limits = limits;
    }

    private record Entry(Path folder, long bytes, long usedMs) {}

    /**
     * Before a download.
     *
     * @throws CacheFullException when it does not fit on the disk, also after all was deleted that may be
     */
    synchronized void makeRoom(Path target, long bytes) throws IOException {
        deleteUntilWithin(Math.max(0, limits.bytes() - bytes), limits.versions());
        Deque<Entry> deletable = new ArrayDeque<>(deletable(entries()));
        while (free(target) < bytes && !deletable.isEmpty()) {
            delete(deletable.removeFirst());
        }
        if (free(target) < bytes) {
            throw new CacheFullException(bytes, free(target));
        }
    }

    /** Deletes what exceeds the limits. */
    synchronized void trim() {
        try {
            deleteUntilWithin(limits.bytes(), limits.versions());
        } catch (IOException e) {
            LOG.warn("Cannot apply the limits of the cache: {}", CacheFault.reason(e));
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
            if ((counts.getOrDefault(model, 0) > perModel || total > bytes) && delete(entry)) {
                counts.merge(model, -1, Integer::sum);
                total -= entry.bytes();
            }
        }
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path model : CacheFolder.entries(layout.versions())) {
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

    /** The least recently used first. */
    private List<Entry> deletable(List<Entry> entries) throws IOException {
        Set<Path> staying = new HashSet<>(used.all());
        for (Map.Entry<Deployment, String> note : remembered.all()) {
            staying.add(layout.folder(note.getKey().model(), note.getValue()));
        }
        return entries.stream()
                .filter(entry -> !staying.contains(entry.folder()))
                .sorted(Comparator.comparingLong(Entry::usedMs))
                .toList();
    }

    /** @return false if it stays */
    private boolean delete(Entry entry) {
        try {
            boolean deleted = used.removeUnused(entry.folder());
            if (deleted) {
                LOG.info("Deleted {} from the cache ({} bytes)", entry.folder(), entry.bytes());
            }
            return deleted;
        } catch (IOException e) {
            LOG.warn("Cannot delete {}: {}", entry.folder(), CacheFault.reason(e));
            return false;
        }
    }
}
