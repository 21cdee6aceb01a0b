package dev.sluice.frontend.http;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.job.Failure;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * The answer of a job that has run: its predictions, or the problem that some item met.
 *
 * @param answers of the version that computed the outcome
 */
public record Prediction(JobId id, Outcome outcome, AnswerWriter answers) {

    boolean isComplete() {
        return !outcome.hasFailures();
    }

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
        ItemResults results = outcome.results();
        for (int i = 0; i < results.size(); i++) {
            Optional<Failure> failed = results.failure(i);
            if (failed.isPresent()) {
                Failure failure = failed.get();
                inputsFault &= failure.kind().isInputsFault();
                errors.add(new JsonObject()
                        .put("item", i)
                        .put("kind", failure.kind().name().toLowerCase(java.util.Locale.ROOT))
                        .put("detail", failure.detail()));
            }
        }
        Problem problem = Problem.of(
                        inputsFault ? ProblemType.ITEM_FAILED : ProblemType.INFERENCE_FAILED,
                        "%d of %d items failed: see errors for each".formatted(errors.size(), results.size()))
                .ofJob(id)
                .with("version", outcome.version())
                .with("errors", errors);
        if (!outcome.versionId().isEmpty()) {
            problem = problem.with("version_id", outcome.versionId());
        }
        return errors.size() < results.size()
                ? problem.with(
                        "predictions",
                        new JsonArray(appendPredictions(new StringBuilder()).toString()))
                : problem;
    }

    private StringBuilder appendPredictions(StringBuilder json) {
        json.append('[');
        ItemResults results = outcome.results();
        for (int i = 0; i < results.size(); i++) {
            json.append(i == 0 ? "" : ",");
            if (results.failure(i).isPresent()) {
                json.append("null");
            } else {
                answers.append(json, results, i);
            }
        }
        return json.append(']');
    }

    private static double rounded(double ms) {
        return Math.round(ms * 1000) / 1000.0;
    }
}
