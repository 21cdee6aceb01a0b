package dev.sluice.frontend.http;

import dev.sluice.frontend.catalog.VersionAnswers;
import dev.sluice.job.JobId;
import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import dev.sluice.queue.DeadLetters;
import dev.sluice.queue.StoredJob;
import dev.sluice.queue.StoredJobs;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Stored jobs, for people: one of them, its payload, and each of its pictures. */
final class StoredJobHandler {
    private final Function<JobId, Future<Optional<StoredJob>>> jobs;
    private final Function<StoredJob, Future<JsonObject>> shown;
    private final Words words;

    /**
     * What its problems say.
     *
     * @param thing that is shown
     * @param where the ids come from
     */
    private record Words(ProblemType unknown, String thing, String where) {}

    private StoredJobHandler(
            Function<JobId, Future<Optional<StoredJob>>> jobs,
            Function<StoredJob, Future<JsonObject>> shown,
            Words words) {
        this.jobs = jobs;
        this.shown = shown;
        this.words = words;
    }

    static StoredJobHandler ofDeadLetters(DeadLetters letters) {
        return new StoredJobHandler(
                letters::find,
                letter -> Future.succeededFuture(
                        new StoredJobView(letter, DeadLetterHandler.PATH, Optional.empty()).deadLetter()),
                new Words(ProblemType.UNKNOWN_DEAD_LETTER, "dead letter", "GET /dead-letters lists them"));
    }

    static StoredJobHandler ofJobs(StoredJobs jobs, VersionAnswers versions, String path) {
        return new StoredJobHandler(
                jobs::find,
                job -> StoredJobView.of(job, path, versions).map(StoredJobView::job),
                new Words(ProblemType.UNKNOWN_JOB, "job", "use that of X-Sluice-Job-Id or of the 202 answer"));
    }

    void show(RoutingContext exchange) {
        found(exchange)
                .compose(shown)
                .onSuccess(json -> JsonAnswer.send(exchange, 200, json))
                .onFailure(exchange::fail);
    }

    /** The bytes as they stand in Redis. */
    void payload(RoutingContext exchange) {
        found(exchange)
                .map(stored -> stored.payload()
                        .orElseThrow(() -> nothing(
                                stored.job().id(),
                                "the payload of the %s has expired: it cannot be shown or sent again"
                                        .formatted(words.thing()))))
                .onSuccess(bytes -> sendBytes(exchange, bytes, "application/octet-stream"))
                .onFailure(exchange::fail);
    }

    void picture(RoutingContext exchange) {
        found(exchange)
                .map(stored -> picture(stored, exchange.pathParam("number")))
                .onSuccess(bytes -> sendBytes(exchange, Buffer.buffer(bytes), mediaType(bytes)))
                .onFailure(exchange::fail);
    }

    /** As it is queued: that of the group, for one of its members. */
    JobId id(RoutingContext exchange) {
        String text = exchange.pathParam("id");
        return JobId.parse(text)
                .map(JobId::queued)
                .orElseThrow(() -> Problem.of(
                                words.unknown(), "'%s' is not the id of a job: %s".formatted(text, words.where()))
                        .asException());
    }

    ProblemException unknown(JobId id) {
        return nothing(
                id, "no %s has this id, or it was dropped or has expired: %s".formatted(words.thing(), words.where()));
    }

    private Future<StoredJob> found(RoutingContext exchange) {
        JobId id = id(exchange);
        return jobs.apply(id).map(stored -> stored.orElseThrow(() -> unknown(id)));
    }

    private byte[] picture(StoredJob stored, String number) {
        OptionalInt place = number.matches("\\d{1,6}") ? OptionalInt.of(Integer.parseInt(number)) : OptionalInt.empty();
        List<ByteBuffer> pictures = StoredJobView.pictures(stored);
        if (place.isEmpty() || place.getAsInt() >= pictures.size()) {
            throw nothing(
                    stored.job().id(),
                    "the %s has no picture of this number: it has %d, numbered from 0"
                            .formatted(words.thing(), pictures.size()));
        }
        return StoredJobView.bytes(pictures.get(place.getAsInt()));
    }

    private ProblemException nothing(JobId id, String detail) {
        return Problem.of(words.unknown(), detail).ofJob(id).asException();
    }

    private static String mediaType(byte[] picture) {
        return PictureHeader.read(picture)
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
}
