package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.queue.Backlog;
import dev.sluice.redis.RedisUnavailableException;
import java.util.List;
import java.util.Optional;

/** The deployment board as the rollouts of a process read and write it. */
public interface RolloutBoard extends LiveBoard {
    /** What each poll shows: whether the alias points to what is live here. If not, a withdrawn deployment is not written back. */
    void hasAlias(Deployment deployment, boolean hasAlias);

    /**
     * All that were ever live.
     *
     * @throws RedisUnavailableException when Redis did not answer
     */
    List<Deployment> deployments() throws InterruptedException;

    /**
     * Empty while it is live, or was never withdrawn.
     *
     * @throws RedisUnavailableException when Redis did not answer
     */
    Optional<WithdrawnVersion> withdrawn(Deployment deployment) throws InterruptedException;

    /**
     * From now on its requests are refused.
     *
     * @throws RedisUnavailableException when Redis did not answer
     */
    void withdraw(Deployment deployment, String version, String versionId) throws InterruptedException;

    /** @throws RedisUnavailableException when Redis did not answer */
    Backlog backlog(Deployment deployment) throws InterruptedException;
}
