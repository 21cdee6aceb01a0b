package dev.sluice.frontend.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.board.DeploymentBoard;
import dev.sluice.frontend.admission.Admission;
import dev.sluice.frontend.body.BodyReader;
import dev.sluice.frontend.body.BytesInFlight;
import dev.sluice.frontend.body.ExtraColumns;
import dev.sluice.frontend.body.InputLimits;
import dev.sluice.frontend.body.InputParser;
import dev.sluice.frontend.body.LabelsBody;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.VersionAnswers;
import dev.sluice.frontend.durability.RedisSetupReader;
import dev.sluice.frontend.predict.JobAcceptor;
import dev.sluice.frontend.predict.Predictions;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.frontend.telemetry.RequestMetrics;
import dev.sluice.journal.FeedbackLog;
import dev.sluice.model.Deployment;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.VersionRecords;
import dev.sluice.redis.RedisLink;
import dev.sluice.telemetry.ManagementServer;
import dev.sluice.telemetry.Readiness;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenAPI document describes what is routed, all of it and nothing else. */
class RoutesAndDocumentTest {
    private static final String NOBODY = "redis://127.0.0.1:1";
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void everyRouteIsInTheDocumentAndTheOtherWayRound() throws IOException {
        assertEquals(names(routes()), described("openapi.json"));
    }

    @Test
    void soItIsOnTheManagementPort() throws IOException {
        Vertx vertx = Vertx.vertx();
        try {
            RedisLink link = RedisLink.open(vertx, NOBODY, "queue", SHORT);
            DeploymentCatalog catalog = new DeploymentCatalog(vertx, new DeploymentBoard(link), Optional::empty);
            Set<String> routed = names(
                    new ManagementRoutes(vertx, catalog, new VersionAnswers(new VersionRecords(link)), link, SHORT)
                            .operations());
            ManagementServer.PATHS.forEach(path -> routed.add("GET " + path));
            assertEquals(routed, described("management.json"));
        } finally {
            vertx.close();
        }
    }

    private static Set<String> names(List<RouteTable.Operation> operations) {
        Set<String> names = new TreeSet<>();
        operations.forEach(operation -> names.add(operation.method() + " " + operation.path()));
        return names;
    }

    private static Set<String> described(String name) throws IOException {
        Set<String> described = new TreeSet<>();
        document(name)
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return described;
    }

    @ParameterizedTest
    @ValueSource(strings = {"openapi.json", "management.json"})
    void everyAnswerHasItsStatusAndIsTyped(String name) throws IOException {
        JsonNode document = document(name);
        for (var path : document.path("paths").properties()) {
            for (JsonNode operation : path.getValue()) {
                for (var response : operation.path("responses").properties()) {
                    assertTrue(response.getKey().matches("[2-5]\\d\\d"), "no catch-all: " + response.getKey());
                    JsonNode resolved = response.getValue().has("$ref")
                            ? document.at(
                                    response.getValue().path("$ref").asText().substring(1))
                            : response.getValue();
                    assertFalse(resolved.path("content").isEmpty(), path.getKey() + " " + response.getKey());
                    resolved.path("content").forEach(content -> assertTrue(content.has("schema")));
                }
            }
        }
    }

    private static List<RouteTable.Operation> routes() {
        Vertx vertx = Vertx.vertx();
        try {
            RedisLink link = RedisLink.open(vertx, NOBODY, "queue", SHORT);
            JobIntake intake = new JobIntake(link, QueueBudget.DEFAULT, SHORT, SHORT);
            Replies replies = new Replies(vertx, NOBODY, intake);
            InputLimits limits = new InputLimits(1, 1, 1, 1, SHORT);
            BytesInFlight inFlight = new BytesInFlight(1);
            HttpFront front = new HttpFront(
                    vertx,
                    new DeploymentCatalog(vertx, new DeploymentBoard(link), Optional::empty),
                    new BodyReader(vertx, limits, inFlight),
                    new InputParser(limits, ExtraColumns.Policy.REFUSE),
                    new Predictions(
                            vertx,
                            new Admission(SHORT, Optional::empty),
                            new JobAcceptor(vertx, link, intake),
                            replies,
                            intake),
                    new VersionAnswers(new VersionRecords(link)),
                    intake,
                    new FeedbackLog(link),
                    new LabelsBody(limits),
                    replies,
                    inFlight,
                    new RedisSetupReader(link),
                    new RequestMetrics(new SimpleMeterRegistry(), Duration.ofSeconds(30)),
                    () -> new Readiness.Health(List.of(), List.of()),
                    Promise.<Void>promise().future());
            Deployment any = Deployment.parse("any");
            return front.routes(new HttpFront.Terms(any, any, SHORT, SHORT, SHORT, SHORT, SHORT, 1))
                    .operations();
        } finally {
            vertx.close();
        }
    }

    private static JsonNode document(String name) throws IOException {
        try (InputStream in = RoutesAndDocumentTest.class.getResourceAsStream("/dev/sluice/frontend/openapi/" + name)) {
            return new ObjectMapper().readTree(in);
        }
    }
}
