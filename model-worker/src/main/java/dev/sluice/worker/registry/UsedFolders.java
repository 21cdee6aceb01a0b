package dev.sluice.worker.registry;

import dev.sluice.worker.modelfile.FolderTree;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions' folders that this worker uses. All folders are added and removed here: no worker removes what another one uses.
 */
final class UsedFolders {
    private static final Logger LOG = LoggerFactory.getLogger(UsedFolders.class);
    /** Versions of each model: those that its deployments may be loading. */
    private static final int HELD = 2;
    /** An earlier release does not mark what it uses, and has loaded a version by then. */
    private static final Duration UNMARKED = Duration.ofHours(1);

    private final CacheLayout layout;
    private final Clock clock;
    private final CacheLock lock;
    private final Map<Path, Mark> marks = new HashMap<>();
    private final Map<Path, Deque<Path>> held = new HashMap<>();

    UsedFolders(CacheLayout layout, Clock clock) {
        this.layout = layout;
        this.clock = clock;
        this.lock = new CacheLock(layout.lock());
    }

    /**
     * A folder, or a file or link in its place, told apart from what replaces it later.
     *
     * @param fileKeys of itself and of the lock inside: no other file gets that key while the lock is held
     */
    record Place(Path folder, List<String> fileKeys) {

        /** Empty when there is nothing. */
        static Optional<Place> at(Path folder) {
            List<String> keys = Stream.of(folder, CacheLayout.useMark(folder))
                    .flatMap(path -> attributes(path).stream())
                    .map(BasicFileAttributes::fileKey)
                    .map(String::valueOf)
                    .toList();
            return keys.isEmpty() ? Optional.empty() : Optional.of(new Place(folder, keys));
        }

        private static Optional<BasicFileAttributes> attributes(Path path) {
            try {
                return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
            } catch (IOException missing) {
                return Optional.empty();
            }
        }
    }

    /** @param lock empty if it could not be taken */
    private record Mark(Place place, Optional<FileLock> lock) {
        boolean isOf(Place other) {
            return lock.isPresent() && place.equals(other);
        }
    }

    /**
     * Marks the folder as used: no worker removes it until this one has fetched others of its model. To be called before its files are checked.
     *
     * @return empty if it does not exist
     */
    synchronized Optional<Place> use(Path folder) {
        if (Place.at(folder).isEmpty()) {
            return Optional.empty();
        }
        try (CacheLock.Held _ = lock.take()) {
            return Place.at(folder).flatMap(this::mark);
        } catch (IOException e) {
            // A read-only folder can be served from.
            LOG.debug("{} cannot be marked as used: {}", folder, e.toString());
            return Place.at(folder);
        }
    }

    synchronized Set<Path> all() {
        return Set.copyOf(marks.keySet());
    }

    /**
     * Moves a download to its place; it is marked as used before another worker can see it.
     *
     * @return false if another worker was faster
     */
    synchronized boolean moveIn(Path fresh, Path target) throws IOException {
        Optional<FileLock> lockOfFresh = share(fresh);
        boolean moved = false;
        try {
            moved = moveUnlessThere(fresh, target);
        } finally {
            if (!moved) {
                lockOfFresh.ifPresent(UsedFolders::unlock);
            }
        }
        if (moved) {
            release(target);
            Place.at(target).ifPresent(place -> hold(new Mark(place, lockOfFresh)));
        }
        return moved;
    }

    /** Deletes it, unless something else has replaced it meanwhile. */
    synchronized void remove(Place place) throws IOException {
        Path aside;
        try (CacheLock.Held _ = lock.take()) {
            if (!Place.at(place.folder()).equals(Optional.of(place))) {
                return;
            }
            aside = setAside(place.folder());
            release(place.folder());
        }
        FolderTree.delete(aside);
    }

    /**
     * Deletes it, unless a worker uses it.
     *
     * @return false if it stays
     */
    synchronized boolean removeUnused(Path folder) throws IOException {
        Path aside;
        try (CacheLock.Held _ = lock.take()) {
            // Its own lock must not be opened again: closing the file would release it.
            if (marks.containsKey(folder) || isUsedByAnother(folder)) {
                return false;
            }
            aside = setAside(folder);
        } catch (NoSuchFileException deletedMeanwhile) {
            return true;
        }
        FolderTree.delete(aside);
        return true;
    }

    private boolean isUsedByAnother(Path folder) throws IOException {
        Path mark = CacheLayout.useMark(folder);
        return Files.exists(mark, LinkOption.NOFOLLOW_LINKS)
                ? CacheFolder.isLocked(mark)
                : CacheFolder.lastChangeMs(folder) > clock.millis() - UNMARKED.toMillis();
    }

    /** By one rename, for other workers; it needs no space on a full disk. */
    private Path setAside(Path folder) throws IOException {
        Path aside = Files.createDirectories(layout.downloads()).resolve("deleted-" + UUID.randomUUID());
        return Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean moveUnlessThere(Path fresh, Path target) throws IOException {
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the cache is on two file systems: keep its folders on one", e);
        } catch (FileSystemException e) {
            // Linux has no exception of its own for a folder that exists.
            if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            return false;
        }
    }

    private Optional<Place> mark(Place place) {
        Path folder = place.folder();
        Mark mark = marks.get(folder);
        if (mark == null || !mark.isOf(place)) {
            release(folder);
            Optional<FileLock> shared = share(folder);
            // Again, because the lock inside may be new.
            mark = new Mark(Place.at(folder).orElse(place), shared);
        }
        hold(mark);
        return Optional.of(mark.place());
    }

    private void hold(Mark mark) {
        Path folder = mark.place().folder();
        marks.put(folder, mark);
        Deque<Path> used = held.computeIfAbsent(folder.resolveSibling(""), _ -> new ArrayDeque<>());
        used.remove(folder);
        used.addFirst(folder);
        try {
            Files.setLastModifiedTime(folder, FileTime.fromMillis(clock.millis()));
        } catch (IOException e) {
            LOG.debug("{} cannot be marked as used: {}", folder, e.toString());
        }
        while (used.size() > HELD) {
            release(used.removeLast());
        }
    }

    private void release(Path folder) {
        Mark mark = marks.remove(folder);
        if (mark != null) {
            mark.lock().ifPresent(UsedFolders::unlock);
            held.getOrDefault(folder.resolveSibling(""), new ArrayDeque<>()).remove(folder);
        }
    }

    private static Optional<FileLock> share(Path folder) {
        try {
            return CacheFolder.share(CacheLayout.useMark(folder));
        } catch (IOException e) {
            LOG.debug("{} cannot be locked: {}", folder, e.toString());
            return Optional.empty();
        }
    }

    private static void unlock(FileLock lock) {
        try {
            lock.channel().close();
        } catch (IOException e) {
            LOG.debug("a lock in the cache cannot be closed: {}", e.toString());
        }
    }
}
