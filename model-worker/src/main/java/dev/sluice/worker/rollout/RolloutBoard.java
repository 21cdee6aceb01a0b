package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.queue.Backlog;
import dev.sluice.queue.QueueUnavailableException;
import java.util.List;
import java.util.Optional;

/** The deployment board as the rollouts of a process read and write it. */
public interface RolloutBoard extends LiveBoard {
    /** What each poll shows: whether the registry has the alias. Without it, a withdrawn deployment is not written back. */
    void hasAlias(Deployment deployment, boolean hasAlias);

    /**
     * All that were ever live.
     *
     * @throws QueueUnavailableException when Redis did not answer
     */
    List<Deployment> deployments() throws InterruptedException;

    /**
     * Empty while it is live, or was never withdrawn.
     *
     * @throws QueueUnavailableException when Redis did not answer
     */
    Optional<WithdrawnVersion> withdrawn(Deployment deployment) throws InterruptedException;

    /**
     * From now on the API refuses its requests.
     *
     * @throws QueueUnavailableException when Redis did not answer
     */
    void withdraw(Deployment deployment, LiveVersion last) throws InterruptedException;

    /** @throws QueueUnavailableException when Redis did not answer */
    Backlog backlog(Deployment deployment) throws InterruptedException;
}
