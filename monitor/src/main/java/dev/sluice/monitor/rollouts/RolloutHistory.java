package dev.sluice.monitor.rollouts;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import dev.sluice.monitor.transfer.IsolatingStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** Copies finished rollouts from the board to Postgres. One event loop only. */
public final class RolloutHistory {
    /** The database may have been restored since. */
    private static final Duration STORE_AGAIN = Duration.ofMinutes(1);

    private final DeploymentBoard board;
    private final IsolatingStore<EndedRollout> store;
    private final LongSupplier nanos;
    /** The board's content at the last poll: usually it has not changed. */
    private final Map<Deployment, Set<RolloutNote>> stored = new HashMap<>();

    private long storedSince;

    /** @param nanos as {@link System#nanoTime()} */
    public RolloutHistory(DeploymentBoard board, IsolatingStore<EndedRollout> store, LongSupplier nanos) {
        this.board = board;
        this.store = store;
        this.nanos = nanos;
        this.storedSince = nanos.getAsLong();
    }

    public Future<Void> look() {
        if (nanos.getAsLong() - storedSince >= STORE_AGAIN.toNanos()) {
            stored.clear();
            storedSince = nanos.getAsLong();
        }
        return board.deployments()
                .compose(deployments ->
                        Future.join(deployments.stream().map(this::look).toList()))
                .mapEmpty();
    }

    private Future<Void> look(Deployment deployment) {
        return board.endedRollouts(deployment).compose(notes -> {
            Set<RolloutNote> before = stored.getOrDefault(deployment, Set.of());
            List<EndedRollout> unseen = notes.stream()
                    .filter(note -> !before.contains(note))
                    .map(note -> new EndedRollout(deployment, note))
                    .toList();
            return store.keep(deployment, unseen)
                    .onSuccess(_ -> stored.put(deployment, Set.copyOf(notes)))
                    .mapEmpty();
        });
    }
}
