package dev.sluice.worker.rollout;

import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.registry.CachedVersion;
import java.nio.file.Path;

/** A slot that serves a loaded model without a registry. */
public final class LoadedSlot {
    private LoadedSlot() {}

    public static ModelSlot serving(LoadedModel model) {
        return new LiveSlot(new ServableModel(new CachedVersion("sum", "1", "1", "", Path.of("."), "digest"), model));
    }
}
