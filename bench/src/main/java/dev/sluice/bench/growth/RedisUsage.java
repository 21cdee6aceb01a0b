package dev.sluice.bench.growth;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What Redis has done since it was started, or between two such moments, as its INFO tells.
 *
 * @param scripts calls of scripts
 * @param scriptSeconds within them
 * @param commands all of them, those inside of scripts too
 * @param cpuSeconds of all its threads, in user and system
 * @param memory used bytes
 */
record RedisUsage(
        long scripts,
        double scriptSeconds,
        long commands,
        long bytesIn,
        long bytesOut,
        double cpuSeconds,
        long memory) {
    static final RedisUsage NONE = new RedisUsage(0, 0, 0, 0, 0, 0, 0);

    private static final String COMMAND = "cmdstat_";

    /** @param info the answer to {@code INFO all} */
    static RedisUsage parse(String info) {
        Map<String, String> lines = info.lines()
                .filter(line -> line.contains(":"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1).strip(),
                        (first, _) -> first));
        String evalsha = lines.getOrDefault(COMMAND + "evalsha", "");
        long commands = lines.entrySet().stream()
                .filter(line ->
                        line.getKey().startsWith(COMMAND) && !line.getKey().equals(COMMAND + "info"))
                .mapToLong(line -> part(line.getValue(), "calls"))
                .sum();
        return new RedisUsage(
                part(evalsha, "calls"),
                part(evalsha, "usec") / 1e6,
                commands,
                Long.parseLong(lines.getOrDefault("total_net_input_bytes", "0")),
                Long.parseLong(lines.getOrDefault("total_net_output_bytes", "0")),
                Double.parseDouble(lines.getOrDefault("used_cpu_user", "0"))
                        + Double.parseDouble(lines.getOrDefault("used_cpu_sys", "0")),
                Long.parseLong(lines.getOrDefault("used_memory", "0")));
    }

    RedisUsage since(RedisUsage before) {
        return plus(before, -1);
    }

    RedisUsage plus(RedisUsage more) {
        return plus(more, 1);
    }

    private RedisUsage plus(RedisUsage other, int sign) {
        return new RedisUsage(
                scripts + sign * other.scripts,
                scriptSeconds + sign * other.scriptSeconds,
                commands + sign * other.commands,
                bytesIn + sign * other.bytesIn,
                bytesOut + sign * other.bytesOut,
                cpuSeconds + sign * other.cpuSeconds,
                memory + sign * other.memory);
    }

    /** Of {@code calls=5,usec=123,…}; 0 when it is not there. */
    private static long part(String list, String name) {
        for (String part : list.split(",")) {
            if (part.startsWith(name + "=")) {
                return Long.parseLong(part.substring(name.length() + 1));
            }
        }
        return 0;
    }
}
