package dev.sluice.frontend.http;

/** Every kind of refusal and failure that a client can meet, with its status. */
enum ProblemType {
    MALFORMED_REQUEST(400, "malformed-request", "The request is malformed"),
    EMPTY_BODY(400, "empty-body", "The body is empty"),
    MALFORMED_BODY(400, "malformed-body", "The body is malformed"),
    NOT_FOUND(404, "not-found", "The address does not exist"),
    UNKNOWN_MODEL(404, "unknown-model", "The deployment does not exist"),
    MODEL_WITHDRAWN(404, "model-withdrawn", "The model was withdrawn"),
    UNKNOWN_JOB(404, "unknown-job", "The job does not exist"),
    UNKNOWN_DEAD_LETTER(404, "unknown-dead-letter", "The dead letter does not exist"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "The method is not allowed at this address"),
    BODY_TOO_SLOW(408, "body-too-slow", "The body did not arrive in time"),
    JOB_CANCELLED(409, "job-cancelled", "The job was cancelled"),
    JOB_NOT_CANCELLABLE(409, "job-not-cancellable", "The job cannot be cancelled"),
    NOT_RESENDABLE(409, "dead-letter-not-resendable", "The dead letter cannot be sent again"),
    BODY_TOO_LARGE(413, "body-too-large", "The request is too large"),
    URI_TOO_LONG(414, "uri-too-long", "The address is too long"),
    WRONG_CONTENT_TYPE(415, "wrong-content-type", "The content type is not supported"),
    EXPECTATION_FAILED(417, "expectation-failed", "The expectation cannot be met"),
    INVALID_ROWS(422, "invalid-rows", "The rows do not match the model's signature"),
    INVALID_PICTURES(422, "invalid-pictures", "The pictures cannot be used"),
    INVALID_LABELS(422, "invalid-labels", "The labels are invalid"),
    KEY_CONFLICT(422, "idempotency-key-conflict", "The idempotency key was used with other content"),
    ITEM_FAILED(422, "item-failed", "An item could not be predicted"),
    TOO_MANY_REQUESTS(429, "too-many-requests", "The request would miss its deadline"),
    QUEUE_FULL(429, "queue-full", "The queue is full"),
    HEADERS_TOO_LARGE(431, "headers-too-large", "The headers are too large"),
    INFERENCE_FAILED(500, "inference-failed", "Inference failed"),
    JOB_DEAD(500, "job-dead", "The job is a dead letter"),
    INTERNAL(500, "internal", "Internal error"),
    NOTHING_LIVE(503, "nothing-live", "No version is live"),
    NO_WORKER(503, "no-worker", "No worker serves the deployment"),
    QUEUE_UNAVAILABLE(503, "queue-unavailable", "The queue is unavailable"),
    FEEDBACK_FULL(503, "feedback-full", "The feedback backlog is full"),
    OVERLOADED(503, "overloaded", "The API holds as many bytes as it may"),
    JOB_LOST(503, "job-lost", "The job is lost"),
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
}
