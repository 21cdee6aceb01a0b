package dev.sluice.frontend.http;

import dev.sluice.frontend.body.BodyReader;
import dev.sluice.frontend.body.LabelsBody;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.job.JobId;
import dev.sluice.journal.FeedbackLog;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Labels of a job, days later: stored without asking whether Redis still has the job. */
final class FeedbackHandler {
    private static final Duration UNTIL_SOME_IS_STORED = Duration.ofSeconds(5);

    private final DeploymentCatalog catalog;
    private final BodyReader bodies;
    private final LabelsBody labels;
    private final FeedbackLog log;
    private final long mostBytes;

    /** @param mostBytes that may wait for one deployment */
    FeedbackHandler(DeploymentCatalog catalog, BodyReader bodies, LabelsBody labels, FeedbackLog log, long mostBytes) {
        this.catalog = catalog;
        this.bodies = bodies;
        this.labels = labels;
        this.log = log;
        this.mostBytes = mostBytes;
    }

    void note(RoutingContext exchange) {
        bodies.requireReadable(exchange.request());
        JobId id = JobHandler.id(exchange);
        catalog.requireEntry(id.deployment());
        labels.requireType(exchange.request().getHeader(HttpHeaders.CONTENT_TYPE));
        bodies.read(exchange, body -> Future.succeededFuture(labels.read(body)))
                .compose(read -> log.note(id, read.text(), mostBytes).map(noted -> accepted(id, read.items(), noted)))
                .onSuccess(json -> JsonAnswer.send(exchange, 202, json))
                .onFailure(exchange::fail);
    }

    private static JsonObject accepted(JobId id, int items, boolean noted) {
        if (!noted) {
            throw Problem.of(
                            ProblemType.FEEDBACK_FULL,
                            "the feedback backlog is full (--feedback-bytes): start a monitor, which stores it, and send it again")
                    .retryAfter(UNTIL_SOME_IS_STORED)
                    .asException();
        }
        return new JsonObject().put("job_id", id.toString()).put("items", items);
    }
}
