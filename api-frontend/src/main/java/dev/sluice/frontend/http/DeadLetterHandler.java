package dev.sluice.frontend.http;

import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.UnknownDeploymentException;
import dev.sluice.job.JobId;
import dev.sluice.model.Deployment;
import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import dev.sluice.queue.DeadLetter;
import dev.sluice.queue.DeadLetters;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The dead letters, for people: list, show, payload, send again, drop. */
final class DeadLetterHandler {
    static final int MOST_A_PAGE = 200;

    private static final int A_PAGE = 50;

    private final DeploymentCatalog catalog;
    private final DeadLetters letters;
    private final Duration deadline;

    /** @param deadline of a job that is sent again */
    DeadLetterHandler(DeploymentCatalog catalog, DeadLetters letters, Duration deadline) {
        this.catalog = catalog;
        this.letters = letters;
        this.deadline = deadline;
    }

    void list(RoutingContext exchange) {
        Optional<String> deployment = parameter(exchange, "deployment");
        int limit = parameter(exchange, "limit").map(DeadLetterHandler::limit).orElse(A_PAGE);
        Optional<DeadLetters.Place> behind = parameter(exchange, "behind").map(DeadLetterHandler::place);
        letters.list(deployments(deployment), behind, limit)
                .map(page -> DeadLetterView.page(page, deployment, limit))
                .onSuccess(json -> JsonAnswer.send(exchange, 200, json))
                .onFailure(exchange::fail);
    }

    void show(RoutingContext exchange) {
        found(exchange)
                .map(letter -> new DeadLetterView(letter).json())
                .onSuccess(json -> JsonAnswer.send(exchange, 200, json))
                .onFailure(exchange::fail);
    }

    /** The bytes as they stand in Redis. */
    void payload(RoutingContext exchange) {
        found(exchange)
                .map(letter -> letter.payload()
                        .orElseThrow(() -> nothing(
                                letter.job().id(),
                                "the payload of the dead letter has expired: it cannot be shown or sent again")))
                .onSuccess(bytes -> sendBytes(exchange, bytes, "application/octet-stream"))
                .onFailure(exchange::fail);
    }

    void picture(RoutingContext exchange) {
        found(exchange)
                .map(letter -> picture(letter, exchange.pathParam("number")))
                .onSuccess(bytes -> sendBytes(exchange, bytes, mediaType(bytes)))
                .onFailure(exchange::fail);
    }

    void resend(RoutingContext exchange) {
        JobId id = id(exchange);
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
                    case DeadLetters.Resent.Unknown() -> throw unknown(id);
                })
                .onSuccess(json -> JsonAnswer.send(exchange, 202, json))
                .onFailure(exchange::fail);
    }

    void drop(RoutingContext exchange) {
        JobId id = id(exchange);
        letters.drop(id)
                .map(dropped -> {
                    if (!dropped) {
                        throw unknown(id);
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

    private Future<DeadLetter> found(RoutingContext exchange) {
        JobId id = id(exchange);
        return letters.find(id).map(letter -> letter.orElseThrow(() -> unknown(id)));
    }

    private static Buffer picture(DeadLetter letter, String number) {
        JobId id = letter.job().id();
        OptionalInt place = number.matches("\\d{1,6}") ? OptionalInt.of(Integer.parseInt(number)) : OptionalInt.empty();
        List<Buffer> pictures = DeadLetterView.pictures(letter);
        if (place.isEmpty() || place.getAsInt() >= pictures.size()) {
            throw nothing(
                    id,
                    "the dead letter has no picture of this number: it has %d, numbered from 0"
                            .formatted(pictures.size()));
        }
        return pictures.get(place.getAsInt());
    }

    private static String mediaType(Buffer picture) {
        return PictureHeader.read(picture.getBytes())
                .map(PictureHeader::format)
                .map(PictureFormat::mediaType)
                .orElse("application/octet-stream");
    }

    /** Never shown in place: an untrusted client sent the bytes. */
    private static void sendBytes(RoutingContext exchange, Buffer bytes, String mediaType) {
        exchange.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
                .putHeader("Content-Disposition", "attachment")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(bytes);
    }

    private static JobId id(RoutingContext exchange) {
        String text = exchange.pathParam("id");
        return JobId.parse(text)
                .map(JobId::queued)
                .orElseThrow(() -> Problem.of(
                                ProblemType.UNKNOWN_DEAD_LETTER,
                                "'" + text + "' is not the id of a job: GET /dead-letters lists them")
                        .asException());
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

    private static ProblemException unknown(JobId id) {
        return nothing(
                id, "no dead letter has this id, or it was dropped or has expired: GET /dead-letters lists them");
    }

    private static ProblemException nothing(JobId id, String detail) {
        return Problem.of(ProblemType.UNKNOWN_DEAD_LETTER, detail).ofJob(id).asException();
    }
}
