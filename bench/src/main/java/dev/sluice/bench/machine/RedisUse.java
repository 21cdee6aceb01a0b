package dev.sluice.bench.machine;

import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * What a Redis holds at one moment.
 *
 * @param usedBytes its used_memory
 * @param keys of all kinds
 * @param connections of all its clients
 */
public record RedisUse(long usedBytes, long keys, long connections) {
    public static Future<RedisUse> read(RedisLink link) {
        Future<Long> keys = link.send(Request.cmd(Command.DBSIZE)).map(answer -> answer.toLong());
        return link.send(Request.cmd(Command.INFO))
                .map(Object::toString)
                .compose(info -> keys.map(
                        count -> new RedisUse(field(info, "used_memory"), count, field(info, "connected_clients"))));
    }

    private static long field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElseThrow();
    }
}
