package dev.sluice.worker.rollout;

import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.UnservableModelException;
import dev.sluice.worker.inference.VersionInspection;
import dev.sluice.worker.registry.CachedVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The loaded versions of all deployments. Two aliases that point to the same version share one; the versions that were live last stay
 * loaded, so that the way back is short. Different versions load side by side.
 */
final class ModelShelf implements AutoCloseable {
    /** Beside the live version. */
    private static final int SPARE_PER_MODEL = 2;

    private final LoadSettings settings;
    private final Map<String, Deque<ServableModel>> byModel = new HashMap<>();
    /** Held while the version loads. */
    private final Map<CachedVersion, Object> loading = new ConcurrentHashMap<>();

    ModelShelf(LoadSettings settings) {
        this.settings = settings;
    }

    /**
     * A version in use, from the shelf or newly loaded; the caller lets go of it in the end.
     *
     * @throws UnservableModelException when it can never be served
     */
    ServableModel take(CachedVersion version) throws UnservableModelException {
        synchronized (loading.computeIfAbsent(version, _ -> new Object())) {
            try {
                Optional<ServableModel> present = onShelf(version);
                return present.isPresent() ? present.get() : put(loaded(version));
            } finally {
                loading.remove(version);
            }
        }
    }

    /** What the version's own files say, before an engine sees them. */
    VersionInspection inspect(CachedVersion version) throws UnservableModelException {
        return VersionInspection.of(version.folder(), settings);
    }

    /** Gives back a version that cannot be served; it does not take the place of a good one. */
    void discard(ServableModel taken) {
        boolean removed;
        synchronized (this) {
            Deque<ServableModel> shelf = byModel.get(taken.version().model());
            removed = shelf != null && shelf.remove(taken);
        }
        if (removed) {
            taken.letGo();
        }
        taken.letGo();
    }

    /** Unloads the versions of the model that no deployment serves. */
    synchronized void clearUnused(String model) {
        Deque<ServableModel> shelf = byModel.get(model);
        if (shelf != null) {
            List<ServableModel> unused =
                    shelf.stream().filter(loaded -> !loaded.isInUse()).toList();
            shelf.removeAll(unused);
            unused.forEach(ServableModel::letGo);
        }
    }

    @Override
    public synchronized void close() {
        byModel.values().forEach(shelf -> shelf.forEach(ServableModel::letGo));
        byModel.clear();
    }

    /** Files that have got their name in the registry since they were loaded are not loaded again. */
    private ServableModel loaded(CachedVersion version) throws UnservableModelException {
        Optional<ServableModel> named = sameFiles(version).flatMap(loaded -> loaded.as(version));
        return named.isPresent() ? named.get() : load(version);
    }

    private synchronized Optional<ServableModel> sameFiles(CachedVersion version) {
        return byModel.getOrDefault(version.model(), new ArrayDeque<>()).stream()
                .filter(loaded -> loaded.version().isSameFiles(version))
                .findFirst();
    }

    private ServableModel load(CachedVersion version) throws UnservableModelException {
        return new ServableModel(version, LoadedModel.load(version.folder(), version.digest(), settings));
    }

    private synchronized Optional<ServableModel> onShelf(CachedVersion version) {
        Deque<ServableModel> shelf = byModel.computeIfAbsent(version.model(), _ -> new ArrayDeque<>());
        for (ServableModel loaded : shelf) {
            if (loaded.version().equals(version) && loaded.use()) {
                shelf.remove(loaded);
                shelf.addFirst(loaded);
                return Optional.of(loaded);
            }
        }
        return Optional.empty();
    }

    private synchronized ServableModel put(ServableModel loaded) {
        Deque<ServableModel> shelf = byModel.computeIfAbsent(loaded.version().model(), _ -> new ArrayDeque<>());
        loaded.use();
        shelf.addFirst(loaded);
        while (shelf.size() > SPARE_PER_MODEL + 1) {
            shelf.removeLast().letGo();
        }
        return loaded;
    }
}
