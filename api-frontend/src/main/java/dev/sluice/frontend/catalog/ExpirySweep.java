package dev.sluice.frontend.catalog;

import dev.sluice.queue.JobIntake;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what nobody took in time, so that it ends even where no worker is left to notice. */
public final class ExpirySweep {
    private static final Logger LOG = LoggerFactory.getLogger(ExpirySweep.class);
    private static final long EVERY_MS = 1_000;

    private final Vertx vertx;
    private final DeploymentCatalog catalog;
    private final JobIntake intake;
    private long timer;

    public ExpirySweep(Vertx vertx, DeploymentCatalog catalog, JobIntake intake) {
        this.vertx = vertx;
        this.catalog = catalog;
        this.intake = intake;
    }

    public void start() {
        timer = vertx.setPeriodic(EVERY_MS, _ -> sweep());
    }

    public void close() {
        vertx.cancelTimer(timer);
    }

    private void sweep() {
        catalog.entries().forEach((deployment, entry) -> {
            if (entry.backlog().waitingJobs() > 0) {
                intake.expire(deployment)
                        .onFailure(failure -> LOG.debug(
                                "what is late in {} could not be expired: {}", deployment, failure.getMessage()));
            }
        });
    }
}
