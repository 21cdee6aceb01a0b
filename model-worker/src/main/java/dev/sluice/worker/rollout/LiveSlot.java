package dev.sluice.worker.rollout;

import dev.sluice.model.BatchProfile;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.worker.inference.BatchModel;

/** A slot whose version is flipped while batches run. */
final class LiveSlot implements ModelSlot {
    private volatile ServableModel live;

    LiveSlot(ServableModel first) {
        this.live = first;
    }

    @Override
    public Lease acquire() {
        while (true) {
            ServableModel model = live;
            // False only between the flip and the closing of what was live before: look again.
            if (model.use()) {
                return lease(model);
            }
        }
    }

    @Override
    public BatchProfile profile() {
        return live.model().profile();
    }

    @Override
    public CommittedVersion committed() {
        ServableModel model = live;
        return new CommittedVersion(
                model.version().identity(), model.model().answers().version());
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
            public BatchModel model() {
                return model.model();
            }

            @Override
            public String version() {
                return model.version().version();
            }

            @Override
            public String versionId() {
                return model.version().identity();
            }

            @Override
            public void close() {
                model.letGo();
            }
        };
    }
}
