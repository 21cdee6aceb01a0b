package dev.sluice.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The commands that Redis refuses to the user of one connection. A script that fails half-way is often not repeated, so each refusal is
 * logged where it is met: once a minute for each command.
 */
final class Refusals {
    private static final RedisFault FAULT = RedisFault.MISSING_RIGHT;
    private static final Duration LOG_AGAIN = Duration.ofMinutes(1);
    /** The words of Redis name the command and the line of a script: there are not many. */
    private static final int MOST_KNOWN = 200;

    private final Logger log;
    private final String name;
    private final Map<String, Long> loggedNanos = new HashMap<>();
    private volatile @Nullable Long latestNanos;

    /** @param name of the connection */
    Refusals(Logger log, String name) {
        this.log = log;
        this.name = name;
    }

    /** On one event loop only. */
    void met(String words) {
        long now = System.nanoTime();
        latestNanos = now;
        if (loggedNanos.size() >= MOST_KNOWN) {
            loggedNanos.clear();
        }
        Long before = loggedNanos.get(words);
        if (before == null || now - before > LOG_AGAIN.toNanos()) {
            loggedNanos.put(words, now);
            log.warn("{}: {} ({}): {}", name, FAULT.fault(), words, FAULT.remedy());
        }
    }

    /** Present if one was met within this time. */
    Optional<RedisFault> within(Duration time) {
        Long latest = latestNanos;
        return latest != null && System.nanoTime() - latest < time.toNanos() ? Optional.of(FAULT) : Optional.empty();
    }
}
