package dev.sluice.monitor.feedback;

import dev.sluice.job.JobId;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * The label of one item.
 *
 * @param job as the caller knows it
 * @param item its place in the caller's request
 * @param truth JSON of a single value
 * @param given by Redis's clock
 */
record TrueItem(JobId job, int item, String truth, Instant given) {

    /** Tells it from all other labels, also from an earlier one of the same item. */
    String key() {
        return job + " " + item + " " + given;
    }

    /** Its row, with the columns' names. */
    JsonObject json() {
        return new JsonObject()
                .put("job", job.toString())
                .put("item", item)
                .put("truth", truth)
                .put("given", given);
    }
}
