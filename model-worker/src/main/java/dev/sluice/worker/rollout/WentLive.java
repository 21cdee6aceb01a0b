package dev.sluice.worker.rollout;

import dev.sluice.model.LiveVersion;
import dev.sluice.model.VersionBaseline;
import java.util.Optional;

/**
 * A version that a deployment serves in this process from now on.
 *
 * @param baseline empty where training wrote none
 * @param slot to be served from; the same one for all versions of the deployment
 * @param byAlias whether the registry's alias points to it; otherwise it only continues what was live
 */
public record WentLive(LiveVersion version, Optional<VersionBaseline> baseline, ModelSlot slot, boolean byAlias) {

    /** The same, once the alias is known to point to it. */
    WentLive followingTheAlias() {
        return new WentLive(version, baseline, slot, true);
    }
}
