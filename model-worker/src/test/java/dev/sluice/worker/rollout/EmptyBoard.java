package dev.sluice.worker.rollout;

import dev.sluice.board.SignatureClaim;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.queue.Backlog;
import java.util.List;
import java.util.Optional;

/** The board of a system with one worker, on which nothing is live yet. */
final class EmptyBoard implements RolloutBoard {
    @Override
    public Optional<LiveVersion> live(Deployment deployment) {
        return Optional.empty();
    }

    @Override
    public SignatureClaim claim(Deployment deployment, String signatureHash) {
        return new SignatureClaim.Granted();
    }

    @Override
    public void hasAlias(Deployment deployment, boolean hasAlias) {}

    @Override
    public List<Deployment> deployments() {
        return List.of();
    }

    @Override
    public Optional<WithdrawnVersion> withdrawn(Deployment deployment) {
        return Optional.empty();
    }

    @Override
    public void withdraw(Deployment deployment, String version, String versionId) {}

    @Override
    public Backlog backlog(Deployment deployment) {
        return Backlog.EMPTY;
    }
}
