package dev.sluice.frontend.http;

import dev.sluice.frontend.admission.NotAdmittedException;
import dev.sluice.frontend.admission.RetryAfter;
import dev.sluice.frontend.body.InputFault;
import dev.sluice.frontend.body.InputRefusedException;
import dev.sluice.frontend.body.TooManyBytesInFlightException;
import dev.sluice.frontend.catalog.CatalogUnknownException;
import dev.sluice.frontend.catalog.ModelWithdrawnException;
import dev.sluice.frontend.catalog.NothingLiveException;
import dev.sluice.frontend.catalog.UnknownDeploymentException;
import dev.sluice.http.HttpProblem;
import dev.sluice.http.RequestFault;
import dev.sluice.job.JobId;
import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A failure as HTTP says it: RFC 9457. The only place where exceptions become answers.
 *
 * @param extensions members beside type, title, status and detail
 * @param headers beside the content type
 */
record Problem(ProblemType type, String detail, JsonObject extensions, Map<String, String> headers) {
    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
    private static final String RETRY_AFTER = "Retry-After";
    private static final Duration SOON = Duration.ofSeconds(1);

    static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail, new JsonObject(), Map.of());
    }

    /** A request that breaks HTTP. */
    static Problem of(RequestFault fault) {
        ProblemType type = switch (fault.status()) {
            case 414 -> ProblemType.URI_TOO_LONG;
            case 417 -> ProblemType.EXPECTATION_FAILED;
            case 431 -> ProblemType.HEADERS_TOO_LARGE;
            default -> ProblemType.MALFORMED_REQUEST;
        };
        return of(type, fault.detail());
    }

    static Problem of(Throwable failure) {
        return switch (failure) {
            case ProblemException known -> known.problem();
            case InputRefusedException refused -> ofInput(refused);
            case NotAdmittedException refused -> ofAdmission(refused);
            case UnknownDeploymentException unknown ->
                of(ProblemType.UNKNOWN_MODEL, sentence(unknown)).with("models", names(unknown));
            case ModelWithdrawnException withdrawn -> of(ProblemType.MODEL_WITHDRAWN, sentence(withdrawn));
            case NothingLiveException nothing ->
                of(ProblemType.NOTHING_LIVE, sentence(nothing)).retryAfter(SOON);
            case CatalogUnknownException early ->
                of(ProblemType.QUEUE_UNAVAILABLE, sentence(early)).retryAfter(early.retryAfter());
            case RedisUnavailableException away -> ofRedis(away.fault());
            case TooManyBytesInFlightException full ->
                of(ProblemType.OVERLOADED, sentence(full)).retryAfter(SOON);
            default -> {
                LOG.error("Unhandled exception while serving the request", failure);
                yield of(ProblemType.INTERNAL, "unhandled exception: see the log of this process");
            }
        };
    }

    Problem with(String name, Object value) {
        return new Problem(type, detail, extensions.copy().put(name, value), headers);
    }

    Problem withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Problem(type, detail, extensions, more);
    }

    Problem ofJob(JobId id) {
        return with("job_id", id.toString());
    }

    Problem retryAfter(Duration computed) {
        return withHeader(RETRY_AFTER, String.valueOf(RetryAfter.seconds(computed)));
    }

    ProblemException asException() {
        return new ProblemException(this);
    }

    JsonObject body() {
        return new HttpProblem(type.status(), type.slug(), type.title(), detail)
                .body()
                .mergeIn(extensions);
    }

    /** Does nothing when the client has gone or an answer is on its way. */
    void send(HttpServerResponse response) {
        if (response.ended() || response.headWritten() || response.closed()) {
            return;
        }
        response.setStatusCode(type.status()).putHeader(HttpHeaders.CONTENT_TYPE, HttpProblem.MEDIA_TYPE);
        headers.forEach(response::putHeader);
        if (leavesBodyUnread()) {
            response.putHeader(HttpHeaders.CONNECTION, "close");
        }
        response.end(body().toBuffer());
    }

    /** Then the connection can carry no further request. */
    private boolean leavesBodyUnread() {
        return switch (type) {
            case BODY_TOO_LARGE, BODY_TOO_SLOW, OVERLOADED, URI_TOO_LONG, HEADERS_TOO_LARGE -> true;
            default -> false;
        };
    }

    /** Then the same is said to everybody at the moment. */
    boolean isOfLoad() {
        return switch (type) {
            case TOO_MANY_REQUESTS, QUEUE_FULL, QUEUE_UNAVAILABLE, OVERLOADED, NO_WORKER -> true;
            default -> false;
        };
    }

    private static Problem ofInput(InputRefusedException refused) {
        ProblemType type = switch (refused.reason()) {
            case EMPTY -> ProblemType.EMPTY_BODY;
            case MALFORMED -> ProblemType.MALFORMED_BODY;
            case TOO_SLOW -> ProblemType.BODY_TOO_SLOW;
            case TOO_LARGE -> ProblemType.BODY_TOO_LARGE;
            case WRONG_CONTENT_TYPE, WRONG_CONTENT_CODING -> ProblemType.WRONG_CONTENT_TYPE;
            case INVALID_ROWS -> ProblemType.INVALID_ROWS;
            case INVALID_PICTURES -> ProblemType.INVALID_PICTURES;
            case INVALID_LABELS -> ProblemType.INVALID_LABELS;
        };
        Problem problem = of(type, refused.detail());
        if (refused.reason() == InputRefusedException.Reason.WRONG_CONTENT_CODING) {
            return problem.withHeader(HttpHeaders.ACCEPT_ENCODING.toString(), "identity");
        }
        if (!refused.accepted().isEmpty()) {
            return problem.withHeader(HttpHeaders.ACCEPT.toString(), String.join(", ", refused.accepted()));
        }
        if (refused.faultCount() == 0) {
            return problem;
        }
        String item = switch (type) {
            case INVALID_ROWS -> "row";
            case INVALID_LABELS -> "item";
            default -> "picture";
        };
        JsonArray errors = new JsonArray();
        for (InputFault fault : refused.faults()) {
            JsonObject error = new JsonObject().put(item, fault.item());
            fault.column().ifPresent(column -> error.put("column", column));
            errors.add(error.put("detail", fault.detail()));
        }
        return problem.with("error_count", refused.faultCount()).with("errors", errors);
    }

    private static Problem ofRedis(RedisFault fault) {
        String unknown = fault.leavesWriteUnknown()
                ? "; the job may have been queued: retry with an Idempotency-Key"
                : ": try again later";
        return of(ProblemType.QUEUE_UNAVAILABLE, fault.fault() + unknown)
                .with("fault", fault.label())
                .retryAfter(fault.retryAfter());
    }

    private static Problem ofAdmission(NotAdmittedException refused) {
        ProblemType type = switch (refused.reason()) {
            case NO_WORKER -> ProblemType.NO_WORKER;
            case WITHDRAWN -> ProblemType.MODEL_WITHDRAWN;
            case TOO_LATE -> ProblemType.TOO_MANY_REQUESTS;
            case JOBS_FULL, ITEMS_FULL, BYTES_FULL -> ProblemType.QUEUE_FULL;
            case EXPIRED_ON_THE_WAY -> ProblemType.QUEUE_UNAVAILABLE;
            case KEY_CONFLICT -> ProblemType.KEY_CONFLICT;
        };
        Problem problem = of(type, sentence(refused));
        return refused.retryAfterSeconds() > 0
                ? problem.withHeader(RETRY_AFTER, String.valueOf(refused.retryAfterSeconds()))
                : problem;
    }

    private static List<String> names(UnknownDeploymentException unknown) {
        return unknown.existing().stream().map(Object::toString).toList();
    }

    private static String sentence(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
