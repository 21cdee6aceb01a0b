package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.queue.QueueUnavailableException;
import dev.sluice.queue.SignatureClaim;
import java.util.Optional;

/** The deployment board as a rollout reads it: the live signature is the board's, not the process's. */
public interface LiveBoard {
    /** @throws QueueUnavailableException when Redis did not answer */
    Optional<LiveVersion> live(Deployment deployment) throws InterruptedException;

    /**
     * Before a process goes live for the first time.
     *
     * @throws QueueUnavailableException when Redis did not answer
     */
    SignatureClaim claim(Deployment deployment, String signatureHash) throws InterruptedException;
}
