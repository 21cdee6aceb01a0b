package dev.sluice.monitor.rollouts;

import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import dev.sluice.monitor.database.Database;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** One rollout that ended on one worker. */
record EndedRollout(Deployment deployment, RolloutNote note) {

    /** Tells it from all other rollouts of the deployment. */
    String key() {
        return "%d %s %s".formatted(note.at(), note.version(), note.worker());
    }

    /** An impossible time of an untrusted writer becomes the earliest one. */
    OffsetDateTime ended() {
        Instant at = Instant.ofEpochMilli(note.at());
        return (Database.isStorable(at) ? at : Instant.EPOCH).atOffset(ZoneOffset.UTC);
    }

    /** Its row, with the columns' names. */
    JsonObject json() {
        return new JsonObject()
                .put("ended", note.at())
                .put("version", note.version())
                .put("worker", note.worker())
                .put("state", note.state())
                .put("reason", note.reason());
    }
}
