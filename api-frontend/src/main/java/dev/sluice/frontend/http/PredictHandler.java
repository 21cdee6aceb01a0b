package dev.sluice.frontend.http;

import dev.sluice.frontend.admission.CallTerms;
import dev.sluice.frontend.admission.JobSubmitter;
import dev.sluice.frontend.admission.Ticket;
import dev.sluice.frontend.body.BodyReader;
import dev.sluice.frontend.body.InputParser;
import dev.sluice.frontend.body.ModelInput;
import dev.sluice.frontend.body.RequestBody;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.frontend.catalog.UnknownDeploymentException;
import dev.sluice.frontend.reply.CommittedOutcome;
import dev.sluice.frontend.reply.JobEnding;
import dev.sluice.frontend.telemetry.RequestMetrics;
import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import dev.sluice.queue.JobIntake;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A prediction, from the request to its answer: body, validation, queue, and the wait for the worker. */
final class PredictHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PredictHandler.class);

    private final DeploymentCatalog catalog;
    private final BodyReader bodies;
    private final InputParser parser;
    private final JobSubmitter submitter;
    private final JobIntake intake;
    private final CallHeaders.CallLimits limits;
    private final RequestMetrics metrics;

    PredictHandler(
            DeploymentCatalog catalog,
            BodyReader bodies,
            InputParser parser,
            JobSubmitter submitter,
            JobIntake intake,
            CallHeaders.CallLimits limits,
            RequestMetrics metrics) {
        this.catalog = catalog;
        this.bodies = bodies;
        this.parser = parser;
        this.submitter = submitter;
        this.intake = intake;
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
        submitter.requireRoom(target, headers.terms());
        bodies.read(exchange, body -> submit(deployment, headers, body))
                .compose(sent -> reply(exchange, sent))
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

    private record Sent(Ticket ticket, CallTerms terms, ModelInput input) {}

    private Future<Sent> submit(Deployment deployment, CallHeaders headers, RequestBody body) {
        // Looked up again: another version may have gone live while the body was arriving.
        Target target = catalog.require(deployment);
        submitter.requireRoom(target, headers.terms());
        ModelInput input = parser.parse(body, target.live().signature());
        CallTerms terms = headers.termsFor(input);
        return submitter.submit(target, input, terms).map(ticket -> new Sent(ticket, terms, input));
    }

    private Future<Void> reply(RoutingContext exchange, Sent sent) {
        Ticket ticket = sent.ticket();
        exchange.response().putHeader(CallHeaders.JOB_ID, ticket.id().toString());
        if (sent.input() instanceof ModelInput.RowInput rows && !rows.ignored().isEmpty()) {
            exchange.response().putHeader(CallHeaders.IGNORED_COLUMNS, CallHeaders.list(rows.ignored()));
        }
        if (sent.terms().async()) {
            return sendAccepted(exchange, ticket);
        }
        if (exchange.response().closed()) {
            cancelUnlessWanted(sent);
        } else {
            exchange.addEndHandler(end -> {
                if (end.failed()) {
                    cancelUnlessWanted(sent);
                }
            });
        }
        return ticket.ending().map(how -> {
            answer(exchange, ticket, how);
            return null;
        });
    }

    private Deployment deployment(String asked) {
        try {
            return Deployment.parse(asked);
        } catch (IllegalArgumentException noName) {
            throw new UnknownDeploymentException("'" + asked + "'", catalog.notWithdrawn());
        }
    }

    private static Future<Void> sendAccepted(RoutingContext exchange, Ticket ticket) {
        String statusUrl = "/v1/jobs/" + ticket.id();
        JsonObject body = new JsonObject()
                .put("job_id", ticket.id().toString())
                .put("status_url", statusUrl)
                .put("deadline", Instant.ofEpochMilli(ticket.deadline()).toString());
        return exchange.response()
                .setStatusCode(202)
                .putHeader(HttpHeaders.LOCATION, statusUrl)
                .putHeader("Preference-Applied", "respond-async")
                .putHeader(HttpHeaders.CONTENT_TYPE, JsonAnswer.MEDIA_TYPE)
                .end(body.toBuffer());
    }

    private void answer(RoutingContext exchange, Ticket ticket, JobEnding how) {
        HttpServerResponse response = exchange.response();
        if (response.closed() || response.ended()) {
            return;
        }
        switch (how) {
            case JobEnding.Ended(JobState state, CommittedOutcome outcome)
            when state == JobState.DONE || state == JobState.FAILED -> {
                Prediction prediction = new Prediction(ticket.id(), ticket.mine(outcome.decode()));
                metrics.predicted(ticket.id().deployment(), prediction.outcome(), RequestTelemetry.elapsed(exchange));
                if (!prediction.isComplete()) {
                    throw prediction.problem().asException();
                }
                response.putHeader(HttpHeaders.CONTENT_TYPE, JsonAnswer.MEDIA_TYPE)
                        .putHeader("Server-Timing", prediction.serverTiming())
                        .end(prediction.json());
            }
            case JobEnding.Ended ended ->
                throw JobProblems.of(ticket.id(), ended.state()).asException();
            case JobEnding.Lost _ -> throw JobProblems.lost(ticket.id()).asException();
            case JobEnding.Overdue _ -> throw JobProblems.overdue(ticket.id()).asException();
        }
    }

    /** The client has gone. One with a key may return for the answer, and others may wait for the same job. */
    private void cancelUnlessWanted(Sent sent) {
        Ticket ticket = sent.ticket();
        if (ticket.waiting().abandon() && !sent.terms().hasKey()) {
            intake.cancel(ticket.id())
                    .onSuccess(state -> LOG.debug("{}: the client has gone, the job is {}", ticket.id(), state))
                    .onFailure(failure -> LOG.debug("Could not cancel {}: {}", ticket.id(), failure.getMessage()));
        }
    }
}
