package dev.sluice.frontend.http;

import dev.sluice.frontend.body.BodyReader;
import dev.sluice.frontend.body.InputParser;
import dev.sluice.frontend.body.ModelInput;
import dev.sluice.frontend.body.RequestBody;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.frontend.catalog.UnknownDeploymentException;
import dev.sluice.frontend.catalog.VersionAnswers;
import dev.sluice.frontend.predict.Answer;
import dev.sluice.frontend.predict.Call;
import dev.sluice.frontend.predict.Predictions;
import dev.sluice.frontend.telemetry.RequestMetrics;
import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.job.Outcome;
import dev.sluice.model.Deployment;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;

/** The native dialect: reads a request of rows or pictures, and writes what the predict core answers, as JSON with headers of its own. */
final class PredictHandler {
    private final DeploymentCatalog catalog;
    private final BodyReader bodies;
    private final InputParser parser;
    private final Predictions predictions;
    private final VersionAnswers versions;
    private final CallHeaders.CallLimits limits;
    private final RequestMetrics metrics;

    PredictHandler(
            DeploymentCatalog catalog,
            BodyReader bodies,
            InputParser parser,
            Predictions predictions,
            VersionAnswers versions,
            CallHeaders.CallLimits limits,
            RequestMetrics metrics) {
        this.catalog = catalog;
        this.bodies = bodies;
        this.parser = parser;
        this.predictions = predictions;
        this.versions = versions;
        this.limits = limits;
        this.metrics = metrics;
    }

    /** @param asked {@code model} or {@code model@alias}, as the client wrote it */
    void predict(RoutingContext exchange, String asked) {
        Deployment deployment = deployment(asked);
        Target target = catalog.require(deployment);
        CallHeaders headers = new CallHeaders(exchange.request(), RequestTelemetry.traceOf(exchange), limits);
        bodies.requireReadable(exchange.request());
        parser.requireType(
                exchange.request().getHeader(HttpHeaders.CONTENT_TYPE),
                target.live().signature());
        predictions.requireRoom(target, headers.terms());
        bodies.read(exchange, body -> call(exchange, deployment, headers, body))
                .compose(call -> reply(exchange, call))
                .onFailure(exchange::fail);
    }

    /**
     * Where the client names no model.
     *
     * @param option the setting that says which one answers
     */
    void predictByDefault(RoutingContext exchange, Deployment deployment, String option) {
        if (!catalog.requireKnown().containsKey(deployment)) {
            throw Problem.of(
                            ProblemType.NOTHING_LIVE,
                            "the default model %s (%s) is not deployed: set that alias on a version of it in MLflow and start a worker, or name another model"
                                    .formatted(deployment, option))
                    .retryAfter(Duration.ofSeconds(1))
                    .asException();
        }
        predict(exchange, deployment.toString());
    }

    private Future<Call> call(RoutingContext exchange, Deployment deployment, CallHeaders headers, RequestBody body) {
        // Looked up again: another version may have gone live while the body was arriving.
        Target target = catalog.require(deployment);
        predictions.requireRoom(target, headers.terms());
        ModelInput input = parser.parse(body, target.live().signature());
        return predictions
                .predict(target, input, headers.termsFor(input))
                .onSuccess(call -> putHeaders(exchange.response(), call.id(), input));
    }

    /** Of every answer to an accepted request, problems too. */
    private static void putHeaders(HttpServerResponse response, JobId id, ModelInput input) {
        response.putHeader(CallHeaders.JOB_ID, id.toString());
        if (input instanceof ModelInput.RowInput rows && !rows.ignored().isEmpty()) {
            response.putHeader(CallHeaders.IGNORED_COLUMNS, CallHeaders.list(rows.ignored()));
        }
    }

    private Future<Void> reply(RoutingContext exchange, Call call) {
        if (exchange.response().closed()) {
            call.abandon();
        } else {
            exchange.addEndHandler(end -> {
                if (end.failed()) {
                    call.abandon();
                }
            });
        }
        return call.answer().compose(answer -> send(exchange, answer));
    }

    private Deployment deployment(String asked) {
        try {
            return Deployment.parse(asked);
        } catch (IllegalArgumentException noName) {
            throw new UnknownDeploymentException("'" + asked + "'", catalog.notWithdrawn());
        }
    }

    private Future<Void> send(RoutingContext exchange, Answer answer) {
        if (exchange.response().closed() || exchange.response().ended()) {
            return Future.succeededFuture();
        }
        return switch (answer) {
            case Answer.Accepted accepted -> sendAccepted(exchange.response(), accepted);
            case Answer.Predicted(JobId id, Outcome outcome) ->
                versions.of(id.deployment(), outcome)
                        .compose(answers -> sendPrediction(exchange, new Prediction(id, outcome, answers)));
            case Answer.Ended(JobId id, JobState state) ->
                throw JobProblems.of(id, state).asException();
            case Answer.Lost(JobId id) -> throw JobProblems.lost(id).asException();
            case Answer.Overdue(JobId id) -> throw JobProblems.overdue(id).asException();
        };
    }

    private static Future<Void> sendAccepted(HttpServerResponse response, Answer.Accepted accepted) {
        String statusUrl = "/v1/jobs/" + accepted.id();
        JsonObject body = new JsonObject()
                .put("job_id", accepted.id().toString())
                .put("status_url", statusUrl)
                .put("deadline", Instant.ofEpochMilli(accepted.deadline()).toString());
        return response.setStatusCode(202)
                .putHeader(HttpHeaders.LOCATION, statusUrl)
                .putHeader("Preference-Applied", "respond-async")
                .putHeader(HttpHeaders.CONTENT_TYPE, JsonAnswer.MEDIA_TYPE)
                .end(body.toBuffer());
    }

    private Future<Void> sendPrediction(RoutingContext exchange, Prediction prediction) {
        metrics.predicted(prediction.id().deployment(), prediction.outcome(), RequestTelemetry.elapsed(exchange));
        if (!prediction.isComplete()) {
            throw prediction.problem().asException();
        }
        return exchange.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, JsonAnswer.MEDIA_TYPE)
                .putHeader("Server-Timing", prediction.serverTiming())
                .end(prediction.json());
    }
}
