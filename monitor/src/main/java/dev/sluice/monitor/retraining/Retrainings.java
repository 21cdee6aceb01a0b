package dev.sluice.monitor.retraining;

import dev.sluice.monitor.database.Database;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a retraining from the alert to its end. */
public final class Retrainings {
    private static final Logger LOG = LoggerFactory.getLogger(Retrainings.class);

    private final RetrainingStore store;
    private final Trainer trainer;
    private final MeterRegistry metrics;
    private int running;

    public Retrainings(Database database, Duration coolDown, Trainer trainer, MeterRegistry metrics) {
        this.store = new RetrainingStore(database, coolDown);
        this.trainer = trainer;
        this.metrics = metrics;
        Gauge.builder(MetricNames.RETRAINING_RUNS, () -> running).register(metrics);
    }

    /** Fails when the retraining could not be started; the alert may be repeated at once. @return the answer to the alert */
    Future<String> ask(Alert alert) {
        return store.claim(alert).compose(answer -> switch (answer) {
            case RetrainingStore.Answer.Yours(long id) -> begin(id, alert);
            case RetrainingStore.Answer.No(String reason) -> Future.succeededFuture("not started: " + reason);
        });
    }

    /** The last hundred, newest first. */
    public Future<JsonArray> json() {
        return store.recent();
    }

    /** Checks whether the running retraining has ended. */
    public Future<Void> look() {
        return store.open().compose(open -> {
            running = open.size();
            List<Future<Void>> looks = new ArrayList<>();
            open.forEach(one -> one.run().ifPresent(run -> looks.add(look(one, run))));
            return Future.join(looks).mapEmpty();
        });
    }

    /** Releases the claim of a monitor that ended before it could start the retraining. Call this before the first alert. */
    public Future<Void> clearUnbegun() {
        return store.open()
                .compose(open -> Future.join(open.stream()
                                .filter(one -> one.run().isEmpty())
                                .map(one -> store.notStarted(
                                        one.id(), "the monitor stopped before it could start the retraining"))
                                .toList())
                        .mapEmpty());
    }

    public void close() {
        trainer.close();
    }

    private Future<String> begin(long id, Alert alert) {
        return trainer.start(alert.model())
                .recover(failure -> store.notStarted(id, String.valueOf(failure.getMessage()))
                        .compose(_ -> Future.failedFuture(failure)))
                .compose(run -> {
                    LOG.info("{}: retraining started ({}) by alert {}", alert.model(), run, alert.name());
                    running = 1;
                    return store.started(id, run).map("started: " + run);
                });
    }

    private Future<Void> look(RetrainingStore.Open one, String run) {
        return trainer.ending(run).compose((Optional<Trainer.Ending> ending) -> {
            if (ending.isEmpty()) {
                return Future.succeededFuture();
            }
            String outcome = ending.get().succeeded() ? "succeeded" : "failed";
            LOG.info(
                    "{}: retraining {} ({}): {}",
                    one.model(),
                    outcome,
                    run,
                    ending.get().detail());
            metrics.counter(MetricNames.RETRAININGS, "model", one.model(), "outcome", outcome)
                    .increment();
            running = 0;
            return store.ended(one.id(), ending.get());
        });
    }
}
