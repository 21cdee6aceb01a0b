package dev.sluice.monitor.rollouts;

import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import dev.sluice.queue.DeploymentBoard;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Copies finished rollouts from the board to Postgres. One event loop only. */
public final class RolloutHistory {
    private final DeploymentBoard board;
    private final RolloutStore store;
    /** The board's content at the last poll: usually it has not changed. */
    private final Map<Deployment, Set<RolloutNote>> kept = new HashMap<>();

    public RolloutHistory(DeploymentBoard board, RolloutStore store) {
        this.board = board;
        this.store = store;
    }

    public Future<Void> look() {
        return board.deployments()
                .compose(deployments ->
                        Future.join(deployments.stream().map(this::look).toList()))
                .mapEmpty();
    }

    private Future<Void> look(Deployment deployment) {
        return board.endedRollouts(deployment).compose(notes -> {
            Set<RolloutNote> before = kept.getOrDefault(deployment, Set.of());
            List<RolloutNote> unseen =
                    notes.stream().filter(note -> !before.contains(note)).toList();
            return unseen.isEmpty()
                    ? Future.succeededFuture()
                    : store.keep(deployment, unseen).onSuccess(_ -> kept.put(deployment, Set.copyOf(notes)));
        });
    }
}
