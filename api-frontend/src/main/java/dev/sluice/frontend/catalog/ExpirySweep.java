package dev.sluice.frontend.catalog;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Backlog;
import dev.sluice.queue.JobIntake;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what nobody took in time, or will take any more, so that it ends even where no worker is left to notice. */
public final class ExpirySweep {
    private static final Logger LOG = LoggerFactory.getLogger(ExpirySweep.class);
    private static final long EVERY_MS = 1_000;

    private final Vertx vertx;
    private final DeploymentCatalog catalog;
    private final JobIntake intake;
    private final Duration workerGrace;
    private long timer;

    /** @param workerGrace after this while without a sign of life there is no worker */
    public ExpirySweep(Vertx vertx, DeploymentCatalog catalog, JobIntake intake, Duration workerGrace) {
        this.vertx = vertx;
        this.catalog = catalog;
        this.intake = intake;
        this.workerGrace = workerGrace;
    }

    public void start() {
        timer = vertx.setPeriodic(EVERY_MS, _ -> sweep());
    }

    public void close() {
        vertx.cancelTimer(timer);
    }

    private void sweep() {
        catalog.entries().forEach((deployment, entry) -> {
            Backlog backlog = entry.backlog();
            boolean isWithdrawn = entry.withdrawn().isPresent();
            // Workers leave a withdrawn deployment once nothing is open: what lost records have left in the counters
            // goes.
            if (backlog.waitingJobs() > 0 || (isWithdrawn && backlog.openJobs() > 0)) {
                intake.expire(deployment)
                        .onFailure(failure -> LOG.debug(
                                "what is late in {} could not be expired: {}", deployment, failure.getMessage()));
                if (isWithdrawn && isServedByNobody(backlog)) {
                    endWithdrawn(deployment);
                }
            }
        });
    }

    private boolean isServedByNobody(Backlog backlog) {
        return backlog.workers() == 0 || backlog.isSilentFor(workerGrace);
    }

    private void endWithdrawn(Deployment deployment) {
        intake.endWithdrawn(
                        deployment,
                        "the model was withdrawn: set its alias '%s' again, then send the dead letter again"
                                .formatted(deployment.alias()))
                .onSuccess(ended -> {
                    if (ended > 0) {
                        LOG.warn("{}: withdrawn, {} waiting jobs became dead letters", deployment, ended);
                    }
                })
                .onFailure(failure -> LOG.debug(
                        "what waits for the withdrawn {} could not be ended: {}", deployment, failure.getMessage()));
    }
}
