package dev.sluice.worker;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.board.SignatureClaim;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.RolloutNote;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.queue.Backlog;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.VersionRecords;
import dev.sluice.redis.Backoff;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.rollout.ModelSlot;
import dev.sluice.worker.rollout.RolloutBoard;
import dev.sluice.worker.rollout.WentLive;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes this process's entries on the deployment board, by which alone the API knows a model. A live version is written once a
 * worker is registered for it, and again until Redis has it.
 */
final class BoardWriter implements RolloutBoard {
    private static final Logger LOG = LoggerFactory.getLogger(BoardWriter.class);

    private final DeploymentBoard board;
    private final VersionRecords records;
    private final Map<Deployment, WentLive> live = new TreeMap<>();
    private final Set<Deployment> registered = new HashSet<>();
    /** As the registry said last. */
    private final Set<Deployment> aliased = new HashSet<>();
    /** What this process is called on the board. */
    private final String worker;

    BoardWriter(DeploymentBoard board, VersionRecords records, String worker) {
        this.board = board;
        this.records = records;
        this.worker = worker;
    }

    /** Returns once this process is registered as a worker of the deployment. */
    interface Registration {
        void await() throws InterruptedException;
    }

    @Override
    public Optional<LiveVersion> live(Deployment deployment) throws InterruptedException {
        return Await.answer(board.live(deployment));
    }

    @Override
    public SignatureClaim claim(Deployment deployment, String signatureHash) throws InterruptedException {
        return Await.answer(board.claim(deployment, signatureHash));
    }

    @Override
    public synchronized void hasAlias(Deployment deployment, boolean hasAlias) {
        if (hasAlias) {
            aliased.add(deployment);
        } else {
            aliased.remove(deployment);
        }
    }

    @Override
    public List<Deployment> deployments() throws InterruptedException {
        return Await.answer(board.deployments());
    }

    @Override
    public Optional<WithdrawnVersion> withdrawn(Deployment deployment) throws InterruptedException {
        return Await.answer(board.withdrawn(deployment));
    }

    @Override
    public Backlog backlog(Deployment deployment) throws InterruptedException {
        return Await.answer(board.backlog(deployment));
    }

    @Override
    public void withdraw(Deployment deployment, String version, String versionId) throws InterruptedException {
        Future<Void> withdrawn;
        synchronized (this) {
            live.remove(deployment);
            registered.remove(deployment);
            withdrawn = board.withdraw(
                    deployment, new WithdrawnVersion(version, versionId, System.currentTimeMillis(), worker));
        }
        Await.answer(withdrawn);
    }

    /** For people; the process goes on without it. */
    void rollout(Deployment deployment, RolloutNote note, boolean isEnd) {
        Future<Void> written = isEnd ? board.writeEndedRollout(deployment, note) : board.writeRollout(deployment, note);
        written.onFailure(
                failure -> LOG.warn("{}: rollout step not written to the board: {}", deployment, failure.getMessage()));
    }

    void live(Deployment deployment, WentLive version, Registration registration) {
        synchronized (this) {
            live.put(deployment, version);
        }
        Thread.ofVirtual().name("board-" + deployment).start(() -> writeOnceRegistered(deployment, registration));
    }

    /** Writes again what Redis has lost. To be called periodically. */
    synchronized void restore() {
        registered.forEach(deployment -> restore(deployment)
                .onFailure(failure -> LOG.debug("{}: board entry not restored: {}", deployment, failure.getMessage())));
    }

    private Future<Void> restore(Deployment deployment) {
        WentLive present = live.get(deployment);
        if (present == null) {
            return Future.succeededFuture();
        }
        Future<Void> restored = board.keepLive(deployment, present.version(), aliased.contains(deployment))
                .compose(_ -> keepRecord(deployment, present.slot()));
        return present.baseline()
                .map(baseline -> restored.compose(_ -> board.keepBaseline(deployment, baseline)))
                .orElse(restored);
    }

    /** Of the version that outcomes now refer to; without it in Redis, each commit would have to ask for it. */
    private Future<Void> keepRecord(Deployment deployment, ModelSlot slot) {
        CommittedVersion version = slot.committed();
        return records.keep(deployment, version.identity(), version.record());
    }

    private void writeOnceRegistered(Deployment deployment, Registration registration) {
        try {
            registration.await();
            synchronized (this) {
                registered.add(deployment);
            }
            Backoff backoff = new Backoff();
            while (!isWritten(deployment)) {
                Thread.sleep(backoff.nextMs());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isWritten(Deployment deployment) throws InterruptedException {
        try {
            Optional<LiveVersion> onBoard = live(deployment);
            boolean isWithdrawn = onBoard.isEmpty() && withdrawn(deployment).isPresent();
            Await.answer(write(deployment, onBoard, isWithdrawn));
            return true;
        } catch (RedisUnavailableException e) {
            LOG.debug("{}: live version not written to the board yet: {}", deployment, e.getMessage());
            return false;
        }
    }

    /** Sent under the lock, so that an earlier version is never written last. */
    private synchronized Future<Void> write(Deployment deployment, Optional<LiveVersion> onBoard, boolean isWithdrawn) {
        @Nullable WentLive present = live.get(deployment);
        if (present == null
                || (isWithdrawn && !present.byAlias())
                || onBoard.filter(other -> takesPrecedence(other, present)).isPresent()) {
            return Future.succeededFuture();
        }
        Future<Void> written =
                keepRecord(deployment, present.slot()).compose(_ -> board.writeLive(deployment, present.version()));
        return present.baseline()
                .map(baseline -> written.compose(_ -> board.writeBaseline(deployment, baseline)))
                .orElse(written);
    }

    /** A start from the cache does not turn the board back to an earlier version. */
    private static boolean takesPrecedence(LiveVersion onBoard, WentLive present) {
        return !present.byAlias() && !onBoard.version().equals(present.version().version());
    }
}
