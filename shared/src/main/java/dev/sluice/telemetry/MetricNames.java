package dev.sluice.telemetry;

/** Every metric of Sluice by its Micrometer name; Prometheus shows dots as underscores and adds units. Labels are bounded. */
public final class MetricNames {
    /** Timer of HTTP requests by route and status. */
    public static final String HTTP_REQUESTS = "sluice.http.requests";
    /** Timer of phases: request, queue, decode, infer, encode; labels phase, model, version. */
    public static final String PHASE = "sluice.phase";
    /** Counter of refusals by reason. */
    public static final String REFUSALS = "sluice.refusals";
    /** Gauge: requests that wait for an answer in this API instance. */
    public static final String WAITERS = "sluice.waiters";
    /** Gauge: bytes of request bodies held by this API instance. */
    public static final String BODY_BYTES_HELD = "sluice.body.held";
    /** Gauge: open items by model and alias. */
    public static final String OPEN_ITEMS = "sluice.queue.open.items";
    /** Gauge: open items divided by the served rate, by model and alias. */
    public static final String BACKLOG = "sluice.queue.backlog";
    /** Distribution of items per batch by model. */
    public static final String BATCH_ITEMS = "sluice.batch.items";
    /** Counter of items by model, version and result (done, failed). */
    public static final String ITEMS = "sluice.items";
    /** Counter of results that came too late, when the job was another incarnation's already. */
    public static final String FENCED = "sluice.jobs.fenced";
    /** Counter of jobs that this worker gave back to the queue after others' deaths. */
    public static final String RECLAIMED = "sluice.jobs.reclaimed";
    /** Counter of rollout steps by model and state. */
    public static final String ROLLOUTS = "sluice.rollouts";
    /** Gauge, 1 for the version that is live; labels model, alias, version. */
    public static final String LIVE = "sluice.live";
    /** Gauge, 1 while connected to Redis. */
    public static final String REDIS_CONNECTED = "sluice.redis.connected";

    private MetricNames() {}
}
