package dev.sluice.frontend.http;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.job.JobId;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The answer of a job that has run: its predictions, or the problem that some item met. */
public record Prediction(JobId id, Outcome outcome) {

    boolean isComplete() {
        return !outcome.hasFailures();
    }

    /** The JSON of the predictions goes into it as the worker wrote it. */
    public String json() {
        Timing timing = outcome.timing();
        StringBuilder json = new StringBuilder(512)
                .append("{\"model\":\"")
                .append(id.deployment().model())
                .append("\",\"alias\":\"")
                .append(id.deployment().alias())
                .append("\",\"version\":")
                .append(io.vertx.core.json.Json.encode(outcome.version()))
                .append(versionId())
                .append(",\"job_id\":\"")
                .append(id)
                .append("\",\"predictions\":");
        return appendPredictions(json)
                .append(",\"timing\":{\"queue_ms\":")
                .append(rounded(timing.queueMs()))
                .append(",\"decode_ms\":")
                .append(rounded(timing.decodeMs()))
                .append(",\"infer_ms\":")
                .append(rounded(timing.inferMs()))
                .append("}}")
                .toString();
    }

    private String versionId() {
        return outcome.versionId().isEmpty()
                ? ""
                : ",\"version_id\":" + io.vertx.core.json.Json.encode(outcome.versionId());
    }

    /** As in https://www.w3.org/TR/server-timing/. */
    String serverTiming() {
        Timing timing = outcome.timing();
        return "queue;dur=" + rounded(timing.queueMs()) + ", decode;dur=" + rounded(timing.decodeMs()) + ", infer;dur="
                + rounded(timing.inferMs());
    }

    /** Names each failed item; where others have an answer, those come along, with null for the failed. */
    Problem problem() {
        JsonArray errors = new JsonArray();
        boolean inputsFault = true;
        List<ItemResult> items = outcome.items();
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof ItemResult.Failed(Failure failure)) {
                inputsFault &= failure.kind().isInputsFault();
                errors.add(new JsonObject()
                        .put("item", i)
                        .put("kind", failure.kind().name().toLowerCase(java.util.Locale.ROOT))
                        .put("detail", failure.detail()));
            }
        }
        Problem problem = Problem.of(
                        inputsFault ? ProblemType.ITEM_FAILED : ProblemType.INFERENCE_FAILED,
                        "%d of %d items failed: see errors for each".formatted(errors.size(), items.size()))
                .ofJob(id)
                .with("version", outcome.version())
                .with("errors", errors);
        if (!outcome.versionId().isEmpty()) {
            problem = problem.with("version_id", outcome.versionId());
        }
        return errors.size() < items.size()
                ? problem.with(
                        "predictions",
                        new JsonArray(appendPredictions(new StringBuilder()).toString()))
                : problem;
    }

    private StringBuilder appendPredictions(StringBuilder json) {
        json.append('[');
        List<ItemResult> items = outcome.items();
        for (int i = 0; i < items.size(); i++) {
            json.append(i == 0 ? "" : ",")
                    .append(
                            switch (items.get(i)) {
                                case ItemResult.Prediction(String line) -> line;
                                case ItemResult.Failed _ -> "null";
                            });
        }
        return json.append(']');
    }

    private static double rounded(double ms) {
        return Math.round(ms * 1000) / 1000.0;
    }
}
