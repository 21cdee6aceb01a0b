package dev.sluice.frontend.http;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.model.BatchProfile;
import dev.sluice.model.Deployment;
import dev.sluice.model.InputTensor;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.RolloutNote;
import dev.sluice.model.Signature;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.queue.Backlog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/** A deployment as the interface shows it. */
record DeploymentView(Deployment deployment, DeploymentBoard.Entry entry) {

    JsonObject json() {
        JsonObject view = new JsonObject()
                .put("model", deployment.model())
                .put("alias", deployment.alias())
                .put("predict_url", "/v1/models/" + deployment + "/predict")
                .put("state", state())
                .put("workers", entry.backlog().workers());
        entry.live().ifPresent(live -> putLive(view, live));
        entry.withdrawn().ifPresent(version -> view.put("withdrawn", withdrawn(version)));
        entry.rollout().ifPresent(note -> view.put("rollout", rollout(note)));
        return view.put("queue", queue(entry.backlog()));
    }

    private String state() {
        if (entry.live().isPresent()) {
            return "live";
        }
        return entry.withdrawn().isPresent() ? "withdrawn" : "nothing-live";
    }

    private static JsonObject withdrawn(WithdrawnVersion version) {
        return new JsonObject()
                .put("version", version.version())
                .put("version_id", version.versionId())
                .put("at", Instant.ofEpochMilli(version.at()).toString())
                .put("worker", version.worker());
    }

    static JsonObject queue(Backlog backlog) {
        JsonObject queue = new JsonObject()
                .put("open_jobs", backlog.openJobs())
                .put("open_items", backlog.openItems())
                .put("open_bytes", backlog.openBytes())
                .put("waiting_jobs", backlog.waitingJobs())
                .put("waiting_items", backlog.waitingItems())
                .put("served_per_second", backlog.servedPerSecond());
        if (backlog.servedPerSecond() > 0) {
            queue.put("backlog_seconds", backlog.openItems() / backlog.servedPerSecond());
        }
        if (backlog.silentMs() != Long.MAX_VALUE) {
            queue.put("worker_seen_ms_ago", backlog.silentMs());
        }
        return queue;
    }

    private static void putLive(JsonObject view, LiveVersion live) {
        putIdentity(view, live);
        view.put("version", live.version())
                .put("task", live.task())
                .put("description", live.description())
                .put("flavor", live.flavor())
                .put("engine", live.engine())
                .put("signature", signature(live.signature()))
                .put("signature_hash", live.signatureHash())
                .put("batch_profile", profile(live.profile()))
                .put("live_since", Instant.ofEpochMilli(live.liveSince()).toString());
    }

    /** What an earlier release has written has none. */
    static void putIdentity(JsonObject view, LiveVersion live) {
        if (!live.versionId().isEmpty()) {
            view.put("version_id", live.versionId());
        }
    }

    private static JsonObject signature(Signature signature) {
        if (signature.isOfPictures()) {
            List<Integer> size = signature.inputs().getFirst().item();
            return new JsonObject()
                    .put("kind", "pictures")
                    .put("channels", size.get(0))
                    .put("height", size.get(1))
                    .put("width", size.get(2));
        }
        JsonArray columns = new JsonArray();
        for (InputTensor column : signature.inputs()) {
            columns.add(new JsonObject()
                    .put("name", column.name())
                    .put("type", column.declared().columnType())
                    .put("required", column.required()));
        }
        return new JsonObject().put("kind", "rows").put("columns", columns);
    }

    private static JsonArray profile(BatchProfile profile) {
        JsonArray points = new JsonArray();
        profile.points()
                .forEach(point -> points.add(
                        new JsonObject().put("batch", point.batch()).put("items_per_second", point.itemsPerSecond())));
        return points;
    }

    private static JsonObject rollout(RolloutNote note) {
        return new JsonObject()
                .put("state", note.state())
                .put("version", note.version())
                .put("reason", note.reason())
                .put("at", Instant.ofEpochMilli(note.at()).toString())
                .put("worker", note.worker());
    }
}
