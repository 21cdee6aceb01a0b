package dev.sluice.system.fault;

import dev.sluice.queue.RealRedis;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The short form runs within {@code make test}; the long one, {@code make chaos}, repeats more and runs on both Redis versions. */
final class Form {
    static final boolean LONG = "long".equals(System.getProperty("sluice.chaos"));

    private Form() {}

    static int rounds(int inShort, int inLong) {
        return LONG ? inLong : inShort;
    }

    /** The redis-server binaries to run on. */
    static List<String> redisServers() {
        Optional<String> onPath = RealRedis.onPath();
        if (!LONG) {
            return List.of(onPath.orElseGet(RealRedis::embedded));
        }
        return Stream.concat(onPath.stream(), Stream.of(RealRedis.embedded())).toList();
    }
}
