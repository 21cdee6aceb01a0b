package dev.sluice.monitor.predictions;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Backoff;
import dev.sluice.queue.DeploymentBoard;
import dev.sluice.queue.LoggedJob;
import dev.sluice.queue.PredictionLog;
import dev.sluice.queue.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was predicted from the queue into the database. While one of them is away it waits, and the log grows within its budget; what
 * was stored but not yet taken out of the log is stored once more, to no effect.
 */
public final class PredictionKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionKeeper.class);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int JOBS_AT_ONCE = 200;

    private final Vertx vertx;
    private final RedisLink link;
    private final DeploymentBoard board;
    private final PredictionStore store;
    private final Map<Deployment, PredictionLog> logs = new HashMap<>();
    private final Backoff backoff = new Backoff();
    private final Promise<Void> ended = Promise.promise();

    private boolean stopping;
    private boolean saidThatItFails;
    private long keptItems;
    private long unreadableJobs;

    public PredictionKeeper(Vertx vertx, RedisLink link, PredictionStore store) {
        this.vertx = vertx;
        this.link = link;
        this.board = new DeploymentBoard(link);
        this.store = store;
    }

    /** Call it once, on the event loop to which it is to belong. */
    public void start() {
        round();
    }

    /** Ends with the move that is under way. */
    public Future<Void> stop() {
        stopping = true;
        return ended.future();
    }

    /** Stored since the start. */
    public long keptItems() {
        return keptItems;
    }

    /** That no commit has written: they go. */
    public long unreadableJobs() {
        return unreadableJobs;
    }

    private void round() {
        if (stopping) {
            ended.complete();
            return;
        }
        board.deployments()
                .compose(deployments ->
                        Future.join(deployments.stream().map(this::empty).toList()))
                .onComplete(done -> {
                    if (done.succeeded()) {
                        backoff.reset();
                        saidThatItFails = false;
                        vertx.setTimer(PAUSE.toMillis(), _ -> round());
                    } else {
                        tell(done.cause());
                        vertx.setTimer(backoff.nextMs(), _ -> round());
                    }
                });
    }

    private void tell(Throwable failure) {
        if (!saidThatItFails) {
            LOG.warn("predictions wait in the log, trying again: {}", String.valueOf(failure.getMessage()));
            saidThatItFails = true;
        }
    }

    /** Until there is nothing more in it. */
    private Future<Void> empty(Deployment deployment) {
        PredictionLog log = logs.computeIfAbsent(deployment, one -> new PredictionLog(link, one));
        return log.oldest(JOBS_AT_ONCE).compose(jobs -> {
            if (jobs.isEmpty()) {
                return Future.succeededFuture();
            }
            List<PredictedItem> items = itemsOf(jobs);
            Future<Void> stored = items.isEmpty() ? Future.succeededFuture() : store.keep(items);
            return stored.compose(_ -> log.kept(jobs)).compose(_ -> {
                keptItems += items.size();
                return stopping || jobs.size() < JOBS_AT_ONCE ? Future.succeededFuture() : empty(deployment);
            });
        });
    }

    private List<PredictedItem> itemsOf(List<LoggedJob> jobs) {
        List<PredictedItem> items = new ArrayList<>(jobs.size());
        for (LoggedJob job : jobs) {
            try {
                items.addAll(LoggedItems.of(job));
            } catch (IllegalArgumentException e) {
                unreadableJobs++;
                LOG.warn("{} in the prediction log cannot be read and goes: {}", job.place(), e.getMessage());
            }
        }
        return items;
    }
}
