package dev.sluice.monitor;

import dev.sluice.monitor.feedback.FeedbackStore;
import dev.sluice.monitor.predictions.PredictionStore;
import dev.sluice.monitor.rollouts.RolloutStore;
import dev.sluice.monitor.transfer.RefusedRows;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is older than {@code --retention-days}; it is deleted from the database. */
record ExpiredRows(
        int days, PredictionStore predictions, FeedbackStore feedback, RolloutStore rollouts, RefusedRows refused) {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiredRows.class);

    Future<Void> drop() {
        LocalDate oldest = LocalDate.now(ZoneOffset.UTC).minusDays(days);
        return predictions.dropBefore(oldest).compose(dropped -> {
            if (dropped > 0) {
                LOG.info("deleted the predictions of {} days before {} (--retention-days)", dropped, oldest);
            }
            return feedback.dropBefore(oldest)
                    .compose(_ -> rollouts.dropBefore(oldest))
                    .compose(_ -> refused.dropBefore(oldest))
                    .mapEmpty();
        });
    }
}
