package dev.sluice.worker.rollout;

import dev.sluice.model.BatchProfile;
import dev.sluice.worker.inference.LoadedModel;

/** What a deployment serves now. A batch takes a lease on it, so that the version it began with lives until it has ended. */
public final class ModelSlot {
    private volatile ServableModel live;

    ModelSlot(ServableModel first) {
        this.live = first;
    }

    /** A version in use; close it when the batch has ended, once. */
    public interface Lease extends AutoCloseable {
        LoadedModel model();

        /** The registry's version number. */
        String version();

        @Override
        void close();
    }

    /** The version that is live at this moment. */
    public Lease acquire() {
        while (true) {
            ServableModel model = live;
            // False only between the flip and the closing of what was live before: look again.
            if (model.use()) {
                return lease(model);
            }
        }
    }

    public BatchProfile profile() {
        return live.model().profile();
    }

    ServableModel present() {
        return live;
    }

    /** The flip: batches that start from now on run on this one. @return what was live before, for its user to let go */
    synchronized ServableModel flip(ServableModel next) {
        ServableModel before = live;
        live = next;
        return before;
    }

    private static Lease lease(ServableModel model) {
        return new Lease() {
            @Override
            public LoadedModel model() {
                return model.model();
            }

            @Override
            public String version() {
                return model.version().version();
            }

            @Override
            public void close() {
                model.letGo();
            }
        };
    }
}
