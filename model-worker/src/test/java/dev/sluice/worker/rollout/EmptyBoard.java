package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.queue.SignatureClaim;
import java.util.Optional;

/** The board of a system with one worker, on which nothing is live yet. */
final class EmptyBoard implements LiveBoard {
    @Override
    public Optional<LiveVersion> live(Deployment deployment) {
        return Optional.empty();
    }

    @Override
    public SignatureClaim claim(Deployment deployment, String signatureHash) {
        return new SignatureClaim.Granted();
    }
}
