package dev.sluice.worker.rollout;

import dev.sluice.board.SignatureClaim;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.redis.RedisUnavailableException;
import java.util.Optional;

/** The deployment board as a rollout reads it: the live signature is the board's, not the process's. */
public interface LiveBoard {
    /** @throws RedisUnavailableException when Redis did not answer */
    Optional<LiveVersion> live(Deployment deployment) throws InterruptedException;

    /**
     * Before a process goes live for the first time.
     *
     * @throws RedisUnavailableException when Redis did not answer
     */
    SignatureClaim claim(Deployment deployment, String signatureHash) throws InterruptedException;
}
