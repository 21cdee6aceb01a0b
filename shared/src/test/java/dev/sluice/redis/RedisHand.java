package dev.sluice.redis;

import dev.sluice.chaos.Futures;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A hand on Redis, past the protocol. */
public final class RedisHand {
    private final Function<Request, Future<Response>> connection;

    public RedisHand(RedisLink link) {
        this.connection = link::send;
    }

    /** Over a connection that stays, whatever becomes of its server. */
    RedisHand(RedisConnection connection) {
        this.connection = connection::send;
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
        @Nullable Response answer = Futures.await(connection.apply(request));
        return answer == null ? "" : answer.toString();
    }
}
