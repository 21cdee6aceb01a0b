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
    /** Gauge: bytes of request bodies in this API instance's memory. */
    public static final String BODY_BYTES_HELD = "sluice.body.held";
    /** Gauge: open items by model and alias. */
    public static final String OPEN_ITEMS = "sluice.queue.open.items";
    /** Gauge: open items divided by the service rate, by model and alias. */
    public static final String BACKLOG = "sluice.queue.backlog";
    /** Gauge: open items that no worker has taken yet, by model and alias. */
    public static final String WAITING_ITEMS = "sluice.queue.waiting.items";
    /** Gauge: workers that serve it, by model and alias. */
    public static final String WORKERS = "sluice.queue.workers";
    /** Gauge: stored dead letters, by model and alias. */
    public static final String DEAD_LETTERS = "sluice.queue.dead.letters";
    /** Distribution of items per batch by model. */
    public static final String BATCH_ITEMS = "sluice.batch.items";
    /** Counter of items by model, version and result (done, failed). */
    public static final String ITEMS = "sluice.items";
    /** Counter of rejected results: the job belonged to another incarnation or had ended. */
    public static final String FENCED = "sluice.jobs.fenced";
    /** Counter of jobs that this worker returned to the queue after the death of other workers. */
    public static final String RECLAIMED = "sluice.jobs.reclaimed";
    /** Counter of rollout steps by model and state. */
    public static final String ROLLOUTS = "sluice.rollouts";
    /** Gauge, 1 for the version that is live; labels model, alias, version. */
    public static final String LIVE = "sluice.live";
    /** Gauge, 1 while Redis answers on every connection of the process. */
    public static final String REDIS_CONNECTED = "sluice.redis.connected";
    /** Gauge by fault, 1 while Redis does not execute commands for that reason; see {@link dev.sluice.redis.RedisFault}. */
    public static final String REDIS_FAULT = "sluice.redis.fault";
    /** Gauge: used memory of Redis in bytes; not a number while Redis does not tell. */
    public static final String REDIS_MEMORY_USED = "sluice.redis.memory.used";
    /** Gauge: maxmemory of Redis in bytes; 0 without a limit. */
    public static final String REDIS_MEMORY_LIMIT = "sluice.redis.memory.limit";

    /** Counter of items that the monitor has stored in Postgres, by model and alias. */
    public static final String PREDICTIONS_KEPT = "sluice.predictions.kept";
    /** Counter of invalid entries of the prediction log, by model and alias. */
    public static final String LOG_UNREADABLE = "sluice.prediction.log.unreadable";
    /** Gauge: bytes of the prediction log that are not yet stored, by model and alias. */
    public static final String LOG_BYTES = "sluice.prediction.log";
    /** Gauge that only rises: items dropped from the prediction log because it was full, by model and alias. */
    public static final String LOG_DROPPED = "sluice.prediction.log.dropped.items";
    /** Counter of items with a label from feedback, by model and alias. */
    public static final String FEEDBACK_KEPT = "sluice.feedback.kept";
    /** Counter of feedback that matches no item, by model and alias. */
    public static final String FEEDBACK_UNREADABLE = "sluice.feedback.unreadable";
    /** Counter of rows that Postgres refused, by model, alias and table; they are in the table refused_row. */
    public static final String ROWS_REFUSED = "sluice.rows.refused";
    /** Gauge: share of labelled items that were predicted correctly, by model, alias and version. */
    public static final String LIVE_ACCURACY = "sluice.live.accuracy";
    /** Gauge: mean absolute error of labelled items, by model, alias and version. */
    public static final String LIVE_ERROR = "sluice.live.absolute.error";
    /** Gauge: number of labelled items in the window, by model, alias and version. */
    public static final String LIVE_LABELLED = "sluice.live.labelled.items";
    /** Gauge: population stability index, by model, alias, version, feature and kind (input, output). */
    public static final String DRIFT_PSI = "sluice.drift.psi";
    /** Gauge: Jensen-Shannon distance to base 2, labelled as {@link #DRIFT_PSI}. */
    public static final String DRIFT_JENSEN_SHANNON = "sluice.drift.jensen.shannon";
    /** Gauge: p-value of the chi-square test, labelled as {@link #DRIFT_PSI}. */
    public static final String DRIFT_P_VALUE = "sluice.drift.p.value";
    /** Gauge: predictions in the window, by model, alias and version; with fewer than --drift-least-samples no drift is reported. */
    public static final String DRIFT_SAMPLES = "sluice.drift.samples";
    /** Counter of retrainings by model and outcome. */
    public static final String RETRAININGS = "sluice.retrainings";
    /** Gauge, 1 while a retraining runs. */
    public static final String RETRAINING_RUNS = "sluice.retraining.running";

    private MetricNames() {}
}
