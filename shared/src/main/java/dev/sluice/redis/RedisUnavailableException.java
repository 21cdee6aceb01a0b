package dev.sluice.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis did not execute a command; whether a write took place may be unknown. The message, which is for logs, contains Redis's own words;
 * a client is told the {@link #fault()} only.
 */
public final class RedisUnavailableException extends RuntimeException {
    private final RedisFault fault;

    public RedisUnavailableException(RedisFault fault, Throwable cause) {
        super(fault.fault() + inBrackets(cause.getMessage()), cause);
        this.fault = fault;
    }

    public RedisUnavailableException(RedisFault fault) {
        super(fault.fault());
        this.fault = fault;
    }

    public RedisFault fault() {
        return fault;
    }

    /** Whether {@link RedisHealth} and {@link RedisLink} log this failure: then nobody else needs to, each time it is met. */
    public static boolean isLogged(Throwable failure) {
        return failure instanceof RedisUnavailableException unavailable && unavailable.fault != RedisFault.ERROR;
    }

    /** Redis is available but refused the command, for example because of a key of another type. */
    public boolean isAboutTheCommand() {
        return fault == RedisFault.ERROR;
    }

    private static String inBrackets(@Nullable String words) {
        return words == null ? "" : " (" + words + ")";
    }
}
