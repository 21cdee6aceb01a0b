package dev.sluice.frontend;

import dev.sluice.chaos.Futures;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A look into Redis, and a hand on it, past the protocol. */
final class RedisProbe implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final RedisLink link;

    RedisProbe(RealRedis redis) {
        this.link = RedisLink.open(vertx, redis.url(), "probe", Duration.ofSeconds(5));
        Futures.await(link.connected());
    }

    /** The answer as text; empty for none. */
    String command(String name, String... args) {
        Request request = Request.cmd(Command.create(name));
        for (String arg : args) {
            request.arg(arg);
        }
        @Nullable Response answer = Futures.await(link.send(request));
        return answer == null ? "" : answer.toString();
    }

    RedisLink link() {
        return link;
    }

    void awaitOpenJobs(int jobs) {
        RunningFrontend.until(
                jobs + " open jobs",
                () -> command("HGET", "sluice:{iris@champion}:counters", "open.jobs")
                        .replace("0", "")
                        .equals(jobs == 0 ? "" : String.valueOf(jobs)));
    }

    @Override
    public void close() {
        Futures.await(vertx.close());
    }
}
