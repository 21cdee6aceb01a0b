package dev.sluice.system.fault;

import dev.sluice.chaos.Futures;
import dev.sluice.job.JobId;
import dev.sluice.model.Deployment;
import dev.sluice.queue.QueueKeys;
import dev.sluice.redis.RedisLink;
import dev.sluice.system.Eventually;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Redis looked at from outside, as an operator does with {@code redis-cli}. */
public final class QueueView implements AutoCloseable {
    private static final Duration RECONNECT = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final RedisLink redis;

    public QueueView(String redisUrl) throws Exception {
        redis = RedisLink.open(vertx, redisUrl, "queue-view", Duration.ofSeconds(5));
        Futures.await(redis.connected());
    }

    /** Waits for the connection: a Redis that a test has killed may answer everybody else already. */
    public Response command(Request request) throws Exception {
        Eventually.eventually("Redis can be looked at", RECONNECT, redis::isConnected);
        return redis.send(request).toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    public String redisVersion() throws Exception {
        return command(Request.cmd(Command.INFO).arg("server"))
                .toString()
                .lines()
                .filter(line -> line.startsWith("redis_version:"))
                .map(line -> line.substring("redis_version:".length()))
                .findFirst()
                .orElseThrow();
    }

    /** A counter of the deployment; 0 when it was never counted. */
    public long counter(Deployment deployment, String name) throws Exception {
        Response value = command(Request.cmd(Command.HGET)
                .arg(QueueKeys.prefix(deployment) + "counters")
                .arg(name));
        return value == null ? 0 : value.toLong();
    }

    /** Jobs of the deployment that the worker process with this id holds at this moment. */
    public long heldBy(Deployment deployment, long pid) throws Exception {
        long held = 0;
        for (String incarnation : incarnations(deployment, pid)) {
            held += command(Request.cmd(Command.SCARD).arg(QueueKeys.prefix(deployment) + "held:" + incarnation))
                    .toLong();
        }
        return held;
    }

    /** Their ids. */
    public Set<String> heldIds(Deployment deployment, long pid) throws Exception {
        Set<String> ids = new HashSet<>();
        for (String incarnation : incarnations(deployment, pid)) {
            command(Request.cmd(Command.SMEMBERS).arg(QueueKeys.prefix(deployment) + "held:" + incarnation))
                    .forEach(id -> ids.add(id.toString()));
        }
        return ids;
    }

    /** The names under which the worker process with this id is registered. */
    public Set<String> incarnations(Deployment deployment, long pid) throws Exception {
        Response workers = command(Request.cmd(Command.HGETALL).arg(QueueKeys.prefix(deployment) + "workers"));
        return workers.getKeys().stream()
                .filter(name -> workers.get(name).toString().contains("\"pid\":" + pid + ","))
                .collect(Collectors.toSet());
    }

    /** The record of a job as it stands; without fields when there is none. */
    public Response job(JobId id) throws Exception {
        return command(Request.cmd(Command.HGETALL).arg(QueueKeys.prefix(id.deployment()) + "job:" + id.queued()));
    }

    @Override
    public void close() {
        vertx.close();
    }
}
