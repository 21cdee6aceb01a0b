package dev.sluice.frontend.http;

/** Every kind of refusal and failure that a client can meet, with its status. */
enum ProblemType {
    MALFORMED_REQUEST(400, "malformed-request", "The request cannot be read"),
    EMPTY_BODY(400, "empty-body", "The body is empty"),
    MALFORMED_BODY(400, "malformed-body", "The body cannot be read"),
    NOT_FOUND(404, "not-found", "There is nothing here"),
    UNKNOWN_MODEL(404, "unknown-model", "There is no such deployment"),
    UNKNOWN_JOB(404, "unknown-job", "There is no such job"),
    UNKNOWN_DEAD_LETTER(404, "unknown-dead-letter", "There is no such dead letter"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "This method is not allowed here"),
    BODY_TOO_SLOW(408, "body-too-slow", "The body did not arrive in time"),
    JOB_CANCELLED(409, "job-cancelled", "The job was cancelled"),
    JOB_NOT_CANCELLABLE(409, "job-not-cancellable", "The job cannot be cancelled any more"),
    NOT_RESENDABLE(409, "dead-letter-not-resendable", "The dead letter cannot be sent again"),
    BODY_TOO_LARGE(413, "body-too-large", "The request is too large"),
    URI_TOO_LONG(414, "uri-too-long", "The address is too long"),
    WRONG_CONTENT_TYPE(415, "wrong-content-type", "The model does not take this content type"),
    INVALID_ROWS(422, "invalid-rows", "The rows do not fit the model"),
    INVALID_PICTURES(422, "invalid-pictures", "The pictures cannot be used"),
    INVALID_TRUTH(422, "invalid-truth", "The truth cannot be noted"),
    KEY_CONFLICT(422, "idempotency-key-conflict", "The idempotency key belongs to another content"),
    ITEM_FAILED(422, "item-failed", "An item could not be predicted"),
    TOO_MANY_REQUESTS(429, "too-many-requests", "It could not be answered in time"),
    QUEUE_FULL(429, "queue-full", "The queue is full"),
    HEADERS_TOO_LARGE(431, "headers-too-large", "The headers are too large"),
    INFERENCE_FAILED(500, "inference-failed", "The model failed on an item"),
    JOB_DEAD(500, "job-dead", "The job became a dead letter"),
    INTERNAL(500, "internal", "Something went wrong inside"),
    NOTHING_LIVE(503, "nothing-live", "No version is live"),
    NO_WORKER(503, "no-worker", "No worker serves the model"),
    QUEUE_UNAVAILABLE(503, "queue-unavailable", "The queue cannot be reached"),
    FEEDBACK_FULL(503, "feedback-full", "No more feedback can wait"),
    OVERLOADED(503, "overloaded", "This process holds all it may"),
    JOB_LOST(503, "job-lost", "The queue has lost the job"),
    DEADLINE_PASSED(504, "deadline-passed", "The deadline passed");

    private final int status;
    private final String slug;
    private final String title;

    ProblemType(int status, String slug, String title) {
        this.status = status;
        this.slug = slug;
        this.title = title;
    }

    int status() {
        return status;
    }

    String slug() {
        return slug;
    }

    String title() {
        return title;
    }

    String uri() {
        return "urn:sluice:problem:" + slug;
    }
}
