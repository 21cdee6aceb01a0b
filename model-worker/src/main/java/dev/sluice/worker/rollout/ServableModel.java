package dev.sluice.worker.rollout;

import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.registry.CachedVersion;
import java.util.Optional;

/** A loaded version with a count of who uses it; closed when the last one lets go. */
final class ServableModel {
    private final CachedVersion version;
    private final LoadedModel model;
    private final Runnable whenUnused;
    private int users = 1;

    /** The one who makes it is its first user. */
    ServableModel(CachedVersion version, LoadedModel model) {
        this(version, model, model::close);
    }

    private ServableModel(CachedVersion version, LoadedModel model, Runnable whenUnused) {
        this.version = version;
        this.model = model;
        this.whenUnused = whenUnused;
    }

    /** The same loaded model under another name of the same files; it uses this one. Empty when this one is closed already. */
    Optional<ServableModel> as(CachedVersion sameFiles) {
        return use() ? Optional.of(new ServableModel(sameFiles, model, this::letGo)) : Optional.empty();
    }

    CachedVersion version() {
        return version;
    }

    LoadedModel model() {
        return model;
    }

    /** @return false when it is closed already */
    synchronized boolean use() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    /** By anybody but the shelf. */
    synchronized boolean isInUse() {
        return users > 1;
    }

    void letGo() {
        boolean last;
        synchronized (this) {
            users--;
            last = users == 0;
        }
        if (last) {
            whenUnused.run();
        }
    }
}
