package dev.sluice.frontend.http;

import dev.sluice.frontend.body.BytesInFlight;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.durability.RedisSetup;
import dev.sluice.frontend.durability.RedisSetupReader;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.telemetry.ManagementServer;
import dev.sluice.telemetry.Readiness;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;

/** What runs, what waits, and how durable an accepted job is. */
final class StatusHandler {
    private final DeploymentCatalog catalog;
    private final Replies replies;
    private final BytesInFlight inFlight;
    private final RedisSetupReader setup;
    private final Readiness readiness;
    private final Instant started = Instant.now();

    StatusHandler(
            DeploymentCatalog catalog,
            Replies replies,
            BytesInFlight inFlight,
            RedisSetupReader setup,
            Readiness readiness) {
        this.catalog = catalog;
        this.replies = replies;
        this.inFlight = inFlight;
        this.setup = setup;
        this.readiness = readiness;
    }

    void show(RoutingContext exchange) {
        setup.read()
                .map(redis -> new JsonObject()
                        .put("processes", processes())
                        .put("queues", queues())
                        .put("durability", durability(redis)))
                .onSuccess(status -> JsonAnswer.send(exchange, 200, status))
                .onFailure(exchange::fail);
    }

    void live(RoutingContext exchange) {
        JsonAnswer.send(exchange, 200, ManagementServer.live());
    }

    void ready(RoutingContext exchange) {
        JsonObject health = ManagementServer.ready(readiness);
        JsonAnswer.send(exchange, ManagementServer.statusOf(health), health);
    }

    private JsonObject processes() {
        JsonArray workers = new JsonArray();
        catalog.entries()
                .forEach((deployment, entry) -> entry.workers()
                        .forEach(description -> workers.add(new JsonObject()
                                .put("deployment", deployment.toString())
                                .put("worker", describe(description)))));
        Readiness.Health health = readiness.health();
        JsonObject api = new JsonObject()
                .put("reply_channel", replies.channel())
                .put("pid", ProcessHandle.current().pid())
                .put("started", started.toString())
                .put("obstacles", new JsonArray(health.obstacles()))
                .put("warnings", new JsonArray(health.warnings()))
                .put("waiting_requests", replies.count())
                .put("bytes_in_flight", inFlight.held());
        return new JsonObject().put("api", api).put("workers", workers);
    }

    private JsonArray queues() {
        JsonArray queues = new JsonArray();
        catalog.entries()
                .forEach((deployment, entry) -> queues.add(new JsonObject()
                        .put("deployment", deployment.toString())
                        .mergeIn(DeploymentView.queue(entry.backlog()))));
        return queues;
    }

    private static JsonObject durability(RedisSetup redis) {
        return new JsonObject()
                .put("redis_version", redis.version().orElse("unknown"))
                .put("role", redis.role().orElse("unknown"))
                .put("replicas", redis.replicas())
                .put("min_replicas_to_write", redis.replicasRequired())
                .put("cluster", redis.cluster().map(on -> on ? "on" : "off").orElse("unknown"))
                .put("aof", redis.aof().orElse("unknown"))
                .put("memory", memory(redis))
                .put("maxmemory_policy", redis.evictionPolicy().orElse("unknown"))
                .put("durability_guarantee", redis.guarantee())
                .put("warnings", new JsonArray(redis.warnings()));
    }

    /** Without fields if Redis does not tell. */
    private static JsonObject memory(RedisSetup redis) {
        JsonObject view = new JsonObject();
        redis.memory()
                .ifPresent(
                        memory -> view.put("used_bytes", memory.usedBytes()).put("limit_bytes", memory.limitBytes()));
        return view;
    }

    /** Workers describe themselves in JSON; what is not, is shown as it stands. */
    private static JsonObject describe(String description) {
        try {
            return new JsonObject(description);
        } catch (DecodeException notJson) {
            return new JsonObject().put("description", description);
        }
    }
}
