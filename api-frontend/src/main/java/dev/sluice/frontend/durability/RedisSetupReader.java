package dev.sluice.frontend.durability;

import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Redis how it is set up; what it may not tell stays unknown. */
public final class RedisSetupReader {
    private static final Logger LOG = LoggerFactory.getLogger(RedisSetupReader.class);

    private final RedisLink link;

    public RedisSetupReader(RedisLink link) {
        this.link = link;
    }

    /** Never fails. */
    public Future<RedisSetup> read() {
        Future<Optional<String>> server = info("server");
        Future<Optional<String>> replication = info("replication");
        Future<Optional<String>> cluster = info("cluster");
        Future<Optional<String>> memory = info("memory");
        Future<Optional<String>> required = config("min-replicas-to-write");
        Future<Optional<String>> appendOnly = config("appendonly");
        Future<Optional<String>> fsync = config("appendfsync");
        Future<Optional<String>> eviction = config("maxmemory-policy");
        return Future.all(List.of(server, replication, cluster, memory, required, appendOnly, fsync, eviction))
                .map(_ -> new RedisSetup(
                        field(server.result(), "redis_version"),
                        field(replication.result(), "role"),
                        field(replication.result(), "connected_slaves")
                                .map(Integer::valueOf)
                                .orElse(0),
                        required.result().map(Integer::valueOf).orElse(0),
                        field(cluster.result(), "cluster_enabled").map("1"::equals),
                        appendOnly.result().flatMap(mode -> mode.equals("yes") ? fsync.result() : Optional.of("off")),
                        eviction.result(),
                        memory(memory.result())));
    }

    private static Optional<RedisMemory> memory(Optional<String> info) {
        return field(info, "used_memory")
                .flatMap(used -> field(info, "maxmemory")
                        .map(limit -> new RedisMemory(Long.parseLong(used), Long.parseLong(limit))));
    }

    private Future<Optional<String>> info(String section) {
        return orUnknown(link.send(Request.cmd(Command.INFO).arg(section)).map(text -> Optional.of(text.toString())));
    }

    private Future<Optional<String>> config(String parameter) {
        return orUnknown(link.send(Request.cmd(Command.CONFIG).arg("GET").arg(parameter))
                .map(pair -> Optional.ofNullable(pair.get(parameter)).map(Response::toString)));
    }

    private static Future<Optional<String>> orUnknown(Future<Optional<String>> answer) {
        return answer.recover(failure -> {
            LOG.debug("Redis does not tell: {}", failure.getMessage());
            return Future.succeededFuture(Optional.empty());
        });
    }

    private static Optional<String> field(Optional<String> info, String name) {
        return info.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }
}
