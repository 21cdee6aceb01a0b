package dev.sluice.frontend.http;

import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.UnknownDeploymentException;
import dev.sluice.job.JobId;
import dev.sluice.model.Deployment;
import dev.sluice.queue.DeadLetters;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The dead letters, for people: list, send again, drop. {@link StoredJobHandler} shows one. */
final class DeadLetterHandler {
    static final String PATH = "/dead-letters";
    static final int MOST_A_PAGE = 200;

    private static final int A_PAGE = 50;

    private final DeploymentCatalog catalog;
    private final DeadLetters letters;
    private final StoredJobHandler shown;
    private final Duration deadline;

    /** @param deadline of a job that is sent again */
    DeadLetterHandler(DeploymentCatalog catalog, DeadLetters letters, StoredJobHandler shown, Duration deadline) {
        this.catalog = catalog;
        this.letters = letters;
        this.shown = shown;
        this.deadline = deadline;
    }

    void list(RoutingContext exchange) {
        Optional<String> deployment = parameter(exchange, "deployment");
        int limit = parameter(exchange, "limit").map(DeadLetterHandler::limit).orElse(A_PAGE);
        Optional<DeadLetters.Place> behind = parameter(exchange, "behind").map(DeadLetterHandler::place);
        letters.list(deployments(deployment), behind, limit)
                .map(page -> page(page, deployment, limit))
                .onSuccess(json -> JsonAnswer.send(exchange, 200, json))
                .onFailure(exchange::fail);
    }

    void resend(RoutingContext exchange) {
        JobId id = shown.id(exchange);
        letters.resend(id, deadline)
                .map(resent -> switch (resent) {
                    case DeadLetters.Resent.Waiting(JobId fresh) ->
                        new JsonObject().put("job_id", fresh.toString()).put("resent_from", id.toString());
                    case DeadLetters.Resent.NotRunnable(String fault) ->
                        throw Problem.of(ProblemType.NOT_RESENDABLE, fault)
                                .ofJob(id)
                                .asException();
                    case DeadLetters.Resent.Withdrawn() ->
                        throw Problem.of(
                                        ProblemType.MODEL_WITHDRAWN,
                                        "%s was withdrawn: set its alias '%s' again, wait until the model is live, then send the dead letter again"
                                                .formatted(
                                                        id.deployment(),
                                                        id.deployment().alias()))
                                .ofJob(id)
                                .asException();
                    case DeadLetters.Resent.Unknown() -> throw shown.unknown(id);
                })
                .onSuccess(json -> JsonAnswer.send(exchange, 202, json))
                .onFailure(exchange::fail);
    }

    void drop(RoutingContext exchange) {
        JobId id = shown.id(exchange);
        letters.drop(id)
                .map(dropped -> {
                    if (!dropped) {
                        throw shown.unknown(id);
                    }
                    return new JsonObject().put("dropped", id.toString());
                })
                .onSuccess(json -> JsonAnswer.send(exchange, 200, json))
                .onFailure(exchange::fail);
    }

    private List<Deployment> deployments(Optional<String> named) {
        List<Deployment> existing = List.copyOf(catalog.requireKnown().keySet());
        return named.map(name -> existing.stream()
                        .filter(deployment -> deployment.toString().equals(withAlias(name)))
                        .toList())
                .map(found -> {
                    if (found.isEmpty()) {
                        throw new UnknownDeploymentException(named.get(), existing);
                    }
                    return found;
                })
                .orElse(existing);
    }

    private static String withAlias(String name) {
        return name.contains("@") ? name : name + "@" + Deployment.CHAMPION;
    }

    private static Optional<String> parameter(RoutingContext exchange, String name) {
        return exchange.queryParam(name).stream().findFirst();
    }

    private static int limit(String text) {
        int limit = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST_A_PAGE) {
            throw malformed("limit is invalid: send a number from 1 to " + MOST_A_PAGE);
        }
        return limit;
    }

    private static DeadLetters.Place place(String text) {
        return DeadLetters.Place.parse(text)
                .orElseThrow(() -> malformed("behind is invalid: send the value from the next of a page"));
    }

    private static ProblemException malformed(String detail) {
        return Problem.of(ProblemType.MALFORMED_REQUEST, detail).asException();
    }

    private static JsonObject page(DeadLetters.Page page, Optional<String> deployment, int limit) {
        JsonArray letters = new JsonArray();
        page.letters().forEach(job -> letters.add(StoredJobView.summary(job)));
        JsonObject json = new JsonObject().put("dead_letters", letters).put("total", page.total());
        page.next().ifPresent(place -> {
            String filter =
                    deployment.map(name -> "&deployment=" + inAddress(name)).orElse("");
            json.put("next", PATH + "?limit=" + limit + filter + "&behind=" + inAddress(place.toString()));
        });
        return json;
    }

    private static String inAddress(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
