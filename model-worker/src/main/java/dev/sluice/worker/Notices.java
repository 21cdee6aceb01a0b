package dev.sluice.worker;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.RolloutNote;
import dev.sluice.model.VersionBaseline;
import dev.sluice.queue.Backoff;
import dev.sluice.queue.DeploymentBoard;
import dev.sluice.queue.QueueUnavailableException;
import dev.sluice.worker.lease.Await;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process has to say on the board. The API knows of no model but by it: what is live is written until it stands there. */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final DeploymentBoard board;
    private final Map<Deployment, Notice> live = new TreeMap<>();

    Notices(DeploymentBoard board) {
        this.board = board;
    }

    private record Notice(LiveVersion version, Optional<VersionBaseline> baseline) {}

    /** For people; one that cannot be written is missed by nobody else. */
    void rollout(Deployment deployment, RolloutNote note, boolean isEnd) {
        Future<Void> written = isEnd ? board.writeEndedRollout(deployment, note) : board.writeRollout(deployment, note);
        written.onFailure(failure -> LOG.warn("{}: notice not written: {}", deployment, failure.getMessage()));
    }

    void live(Deployment deployment, LiveVersion version, Optional<VersionBaseline> baseline) {
        synchronized (this) {
            live.put(deployment, new Notice(version, baseline));
        }
        Thread.ofVirtual().name("notice-" + deployment).start(() -> writeUntilItStands(deployment));
    }

    /** What Redis has lost of the board stands there again. To be called now and then. */
    synchronized void keep() {
        live.forEach((deployment, notice) -> keep(deployment, notice)
                .onFailure(failure -> LOG.debug("{}: notice not kept: {}", deployment, failure.getMessage())));
    }

    private Future<Void> keep(Deployment deployment, Notice notice) {
        Future<Void> kept = board.keepLive(deployment, notice.version());
        return notice.baseline()
                .map(baseline -> kept.compose(_ -> board.keepBaseline(deployment, baseline)))
                .orElse(kept);
    }

    private void writeUntilItStands(Deployment deployment) {
        Backoff backoff = new Backoff();
        try {
            while (!isWritten(deployment)) {
                Thread.sleep(backoff.nextMs());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isWritten(Deployment deployment) throws InterruptedException {
        try {
            Await.answer(write(deployment));
            return true;
        } catch (QueueUnavailableException e) {
            LOG.debug("{}: what is live is not written yet: {}", deployment, e.getMessage());
            return false;
        }
    }

    /** Sent under the lock, so that what was live before is never written last. */
    private synchronized Future<Void> write(Deployment deployment) {
        @Nullable Notice notice = live.get(deployment);
        if (notice == null) {
            return Future.succeededFuture();
        }
        Future<Void> written = board.writeLive(deployment, notice.version());
        return notice.baseline()
                .map(baseline -> written.compose(_ -> board.writeBaseline(deployment, baseline)))
                .orElse(written);
    }
}
