package dev.sluice.frontend.http;

import dev.sluice.frontend.body.BodyReader;
import dev.sluice.frontend.body.BytesInFlight;
import dev.sluice.frontend.body.InputParser;
import dev.sluice.frontend.body.LabelsBody;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.VersionAnswers;
import dev.sluice.frontend.durability.RedisSetupReader;
import dev.sluice.frontend.openapi.DocumentationPages;
import dev.sluice.frontend.predict.Predictions;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.frontend.telemetry.RequestMetrics;
import dev.sluice.journal.FeedbackLog;
import dev.sluice.model.Deployment;
import dev.sluice.queue.JobIntake;
import dev.sluice.telemetry.Readiness;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * The parts behind the interface, handed to the handlers that need them.
 *
 * @param draining completes when long polls are to be answered at once and connections to end with their answer
 */
public record HttpFront(
        Vertx vertx,
        DeploymentCatalog catalog,
        BodyReader bodies,
        InputParser parser,
        Predictions predictions,
        VersionAnswers versions,
        JobIntake intake,
        FeedbackLog feedback,
        LabelsBody labels,
        Replies replies,
        BytesInFlight inFlight,
        RedisSetupReader setup,
        RequestMetrics metrics,
        Readiness readiness,
        Future<Void> draining) {
    /** The longest {@code Prefer: wait}. */
    public static final Duration LONGEST_WAIT = JobHandler.LONGEST_WAIT;

    /**
     * What the settings say about the interface.
     *
     * @param deadline of a synchronous caller who names none; {@code longestDeadline} is the most that one may name
     * @param feedbackBytes that may wait for one deployment
     * @param idleTimeout after which a connection without a byte is closed
     * @param headTimeout within which the first head on a connection has to arrive
     */
    public record Terms(
            Deployment imageModel,
            Deployment tabularModel,
            Duration deadline,
            Duration longestDeadline,
            Duration asyncDeadline,
            Duration headTimeout,
            Duration idleTimeout,
            long feedbackBytes) {}

    /** Fails when the port is taken. */
    public Future<FrontServer> listen(String host, int port, Terms terms) {
        return FrontServer.listen(vertx, host, port, routes(terms), terms.idleTimeout(), terms.headTimeout());
    }

    Routes routes(Terms terms) {
        var limits = new CallHeaders.CallLimits(terms.deadline(), terms.longestDeadline(), terms.asyncDeadline());
        return new Routes(
                vertx,
                new RequestTelemetry(metrics),
                new PredictHandler(catalog, bodies, parser, predictions, versions, limits, metrics),
                new JobHandler(intake, replies, versions, draining),
                new FeedbackHandler(catalog, bodies, labels, feedback, terms.feedbackBytes()),
                new ModelHandler(catalog, terms.imageModel(), terms.tabularModel()),
                new StatusHandler(catalog, replies, inFlight, setup, readiness),
                new DocumentationPages(),
                terms.imageModel(),
                terms.tabularModel(),
                draining);
    }
}
