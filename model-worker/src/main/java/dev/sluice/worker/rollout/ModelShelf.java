package dev.sluice.worker.rollout;

import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.UnservableModelException;
import dev.sluice.worker.registry.CachedVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The loaded versions of all deployments. Two aliases that point to the same version share one; the versions that were live last stay
 * loaded, so that the way back is short.
 */
final class ModelShelf implements AutoCloseable {
    /** Beside what is live. */
    private static final int KEPT_PER_MODEL = 2;

    private final LoadSettings settings;
    private final Map<String, Deque<ServableModel>> byModel = new HashMap<>();

    ModelShelf(LoadSettings settings) {
        this.settings = settings;
    }

    /**
     * A version in use, from the shelf or newly loaded; the caller lets go of it in the end.
     *
     * @throws UnservableModelException when it can never be served
     */
    synchronized ServableModel take(CachedVersion version) throws UnservableModelException {
        Deque<ServableModel> shelf = byModel.computeIfAbsent(version.model(), _ -> new ArrayDeque<>());
        for (ServableModel kept : shelf) {
            if (kept.version().equals(version) && kept.use()) {
                shelf.remove(kept);
                shelf.addFirst(kept);
                return kept;
            }
        }
        ServableModel loaded =
                new ServableModel(version, LoadedModel.load(version.folder(), version.digest(), settings));
        loaded.use();
        shelf.addFirst(loaded);
        while (shelf.size() > KEPT_PER_MODEL + 1) {
            shelf.removeLast().letGo();
        }
        return loaded;
    }

    @Override
    public synchronized void close() {
        byModel.values().forEach(shelf -> shelf.forEach(ServableModel::letGo));
        byModel.clear();
    }
}
