package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;

/** Hears of each step of each rollout, in order, on the thread of the deployment. */
public interface RolloutListener {
    void onStep(Deployment deployment, RolloutState state);

    /** The deployment is served no more. Returns once what was taken is finished or given back. */
    void onWithdrawn(Deployment deployment) throws InterruptedException;

    /** Called at each poll of a withdrawn deployment: whether dead workers hold jobs that are to be reclaimed. */
    void onLeftovers(Deployment deployment, boolean hasLeftovers);

    /** After each flip; the first time for a deployment, its slot is there to be served from. */
    void onLive(Deployment deployment, WentLive version);
}
