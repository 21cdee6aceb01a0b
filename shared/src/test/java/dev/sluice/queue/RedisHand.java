package dev.sluice.queue;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** A hand on Redis, past the protocol. */
public final class RedisHand {
    private final RedisLink link;

    public RedisHand(RedisLink link) {
        this.link = link;
    }

    /** The answer as text; empty for none. Arguments are bytes, or written as text. */
    public String command(String name, Object... args) {
        Request request = Request.cmd(Command.create(name));
        for (Object arg : args) {
            switch (arg) {
                case Buffer bytes -> request.arg(bytes);
                default -> request.arg(arg.toString());
            }
        }
        @Nullable Response answer = ModelRun.await(link.send(request));
        return answer == null ? "" : answer.toString();
    }
}
