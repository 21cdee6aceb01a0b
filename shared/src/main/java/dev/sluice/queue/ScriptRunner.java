package dev.sluice.queue;

import dev.sluice.model.Deployment;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;

/** Runs protocol scripts by their hash and sends the source only when Redis does not know it (a restart, a failover, SCRIPT FLUSH). */
final class ScriptRunner {
    private final RedisLink link;
    private final RedisClock clock = new RedisClock();

    ScriptRunner(RedisLink link) {
        this.link = link;
    }

    RedisLink link() {
        return link;
    }

    RedisClock clock() {
        return clock;
    }

    /** The script's answer: an array whose first entry is a code and whose second is Redis's time. */
    Future<Response> run(QueueScript script, Deployment deployment, List<Object> args) {
        return link.send(request(Command.EVALSHA, script.sha1(), deployment, args))
                .recover(failure -> isNoScript(failure)
                        ? link.send(request(Command.EVAL, script.source(), deployment, args))
                        : Future.failedFuture(failure))
                .onSuccess(answer -> clock.told(answer.get(1).toLong()));
    }

    private static boolean isNoScript(Throwable failure) {
        return failure.getCause() != null
                && String.valueOf(failure.getCause().getMessage()).startsWith("NOSCRIPT");
    }

    private static Request request(Command command, String script, Deployment deployment, List<Object> args) {
        Request request = Request.cmd(command).arg(script).arg("1").arg(QueueKeys.prefix(deployment));
        for (Object arg : args) {
            switch (arg) {
                case Buffer bytes -> request.arg(bytes);
                default -> request.arg(arg.toString());
            }
        }
        return request;
    }
}
