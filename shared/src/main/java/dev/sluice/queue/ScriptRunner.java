package dev.sluice.queue;

import static java.util.Objects.requireNonNull;

import dev.sluice.model.Deployment;
import dev.sluice.redis.RedisClock;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Runs protocol scripts by their hash and sends the source only if Redis does not have it (after a restart, a failover, SCRIPT FLUSH). */
public final class ScriptRunner {
    private final RedisLink link;
    private final Map<QueueScript, String> sources;
    private final Map<QueueScript, String> hashes = new EnumMap<>(QueueScript.class);
    private final RedisClock clock = new RedisClock();

    public ScriptRunner(RedisLink link) {
        this(link, QueueScript.sources());
    }

    ScriptRunner(RedisLink link, Map<QueueScript, String> sources) {
        this.link = link;
        this.sources = sources;
        sources.forEach((script, source) -> hashes.put(script, QueueScript.sha1(source)));
    }

    public RedisLink link() {
        return link;
    }

    RedisClock clock() {
        return clock;
    }

    /** The script's answer: an array whose first entry is a code and whose second is Redis's time. */
    public Future<Response> run(QueueScript script, Deployment deployment, List<Object> args) {
        return link.send(request(Command.EVALSHA, requireNonNull(hashes.get(script)), deployment, args))
                .recover(failure -> isNoScript(failure)
                        ? link.send(request(Command.EVAL, requireNonNull(sources.get(script)), deployment, args))
                        : Future.failedFuture(failure))
                .onSuccess(answer -> clock.observe(answer.get(1).toLong()));
    }

    private static boolean isNoScript(Throwable failure) {
        return failure.getCause() != null
                && String.valueOf(failure.getCause().getMessage()).startsWith("NOSCRIPT");
    }

    private static Request request(Command command, String script, Deployment deployment, List<Object> args) {
        Request request = Request.cmd(command).arg(script).arg("1").arg(QueueKeys.prefix(deployment));
        for (Object arg : args) {
            switch (arg) {
                case byte[] bytes -> request.arg(bytes);
                default -> request.arg(arg.toString());
            }
        }
        return request;
    }
}
