package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.VersionBaseline;
import java.util.Optional;

/** Is told of each step of each rollout, in order, on the rollout's own thread. */
public interface RolloutListener {
    void onStep(Deployment deployment, RolloutState state);

    /**
     * After each flip; the first time for a deployment, its slot is there to be served from.
     *
     * @param baseline empty where training wrote none
     */
    void onLive(Deployment deployment, LiveVersion version, Optional<VersionBaseline> baseline, ModelSlot slot);
}
