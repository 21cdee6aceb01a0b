package dev.sluice.monitor.retraining;

import dev.sluice.monitor.database.Database;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a retraining from the alert to its end. */
public final class Retrainings {
    private static final Logger LOG = LoggerFactory.getLogger(Retrainings.class);

    private final RetrainingStore store;
    private final Trainer trainer;
    private final MeterRegistry metrics;
    private final LongSupplier nanos;
    /** Claims of this process whose run Postgres may not know: empty while the trainer starts it. */
    private final Map<Long, Optional<String>> begun = new HashMap<>();

    /** Claims that Postgres may hold although its answer has not arrived. */
    private int claiming;

    private OptionalLong answeringSince = OptionalLong.empty();
    private int running;

    /** @param nanos as {@link System#nanoTime()} */
    public Retrainings(
            Database database, Duration coolDown, Trainer trainer, MeterRegistry metrics, LongSupplier nanos) {
        this.nanos = nanos;
        this.store = new RetrainingStore(database, coolDown, UUID.randomUUID().toString());
        this.trainer = trainer;
        this.metrics = metrics;
        Gauge.builder(MetricNames.RETRAINING_RUNS, () -> running).register(metrics);
    }

    /** Fails when the retraining could not be started; the alert may be repeated at once. @return the answer to the alert */
    Future<String> ask(Alert alert) {
        claiming++;
        Future<RetrainingStore.Answer> claimed = store.claim(alert).onComplete(answer -> {
            claiming--;
            if (answer.succeeded() && answer.result() instanceof RetrainingStore.Answer.Yours(long id)) {
                begun.put(id, Optional.empty());
            }
        });
        return claimed.compose(answer -> switch (answer) {
            case RetrainingStore.Answer.Yours(long id) -> begin(id, alert);
            case RetrainingStore.Answer.No(String reason) -> Future.succeededFuture("not started: " + reason);
        });
    }

    /** The last hundred, newest first. */
    public Future<JsonArray> json() {
        return store.recent();
    }

    /** Renews the lease of the running retraining and checks whether it has ended; takes over that of a monitor that has ended. */
    public Future<Void> look() {
        return store.renew(hasAnsweredForALease())
                .onSuccess(_ -> answeringSince = OptionalLong.of(answeringSince.orElseGet(nanos)))
                .onFailure(_ -> answeringSince = OptionalLong.empty())
                .compose(open -> Future.join(open.stream().map(this::look).toList()))
                .compose(_ -> store.running())
                .map(count -> {
                    running = count;
                    return null;
                });
    }

    /** After an outage of Postgres all leases have expired at once: the monitors need time to renew them. */
    private boolean hasAnsweredForALease() {
        return answeringSince.isPresent()
                && nanos.getAsLong() - answeringSince.getAsLong() > RetrainingStore.LEASE.toNanos();
    }

    /** Ends the retrainings that are children of this process, and leaves the others to the next monitor. */
    public Future<Void> close() {
        return trainer.close().eventually(store::release);
    }

    private Future<String> begin(long id, Alert alert) {
        return trainer.start(alert.model())
                .recover(failure -> store.notStarted(id, String.valueOf(failure.getMessage()))
                        .onComplete(_ -> begun.remove(id))
                        .compose(_ -> Future.failedFuture(failure)))
                .compose(run -> {
                    LOG.info("{}: retraining started ({}) by alert {}", alert.model(), run, alert.name());
                    begun.put(id, Optional.of(run));
                    running = 1;
                    return store.started(id, run)
                            .onSuccess(_ -> begun.remove(id))
                            .map("started: " + run);
                });
    }

    private Future<Void> look(RetrainingStore.Open one) {
        if (one.run().isPresent()) {
            return look(one, one.run().get());
        }
        Optional<String> run = begun.get(one.id());
        if (run == null) {
            return claiming > 0
                    ? Future.succeededFuture()
                    : store.notStarted(one.id(), "the monitor could not start the retraining, or stopped before that");
        }
        // Either the trainer is about to start it, or Postgres did not take the run's id.
        return run.map(known -> store.started(one.id(), known).onSuccess(_ -> begun.remove(one.id())))
                .orElseGet(Future::succeededFuture);
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
            return store.ended(one.id(), ending.get())
                    .onSuccess(_ -> metrics.counter(MetricNames.RETRAININGS, "model", one.model(), "outcome", outcome)
                            .increment());
        });
    }
}
