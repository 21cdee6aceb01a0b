package dev.sluice.redis;

import java.time.Duration;
import java.util.Locale;

/** A reason why Redis does not execute a command. */
public enum RedisFault {
    DISCONNECTED(
            Scope.CONNECTION, 1, "there is no connection to Redis", "check that it runs, the network, and --redis"),
    TIMEOUT(Scope.CONNECTION, 1, "Redis does not answer in time", "check the load of its machine and the network"),
    WRONG_PASSWORD(
            Scope.CONNECTION,
            30,
            "Redis refuses the user name or the password",
            "correct them in the address of --redis"),
    LOADING(Scope.REDIS, 5, "Redis is reading its data from disk", "wait until it has finished"),
    BUSY(Scope.REDIS, 2, "Redis runs a script of somebody else that does not end", "end it with SCRIPT KILL"),
    READ_ONLY(Scope.REDIS, 2, "this Redis is a replica, which accepts no writes", "point --redis at the primary"),
    OUT_OF_MEMORY(Scope.REDIS, 5, "Redis has reached its memory limit", "raise maxmemory, or let the workers catch up"),
    DISK(
            Scope.REDIS,
            30,
            "Redis cannot write to its disk and accepts no writes",
            "free space on the disk of Redis, and see its log"),
    TOO_FEW_REPLICAS(
            Scope.REDIS,
            5,
            "Redis has fewer replicas than min-replicas-to-write and accepts no writes",
            "restore its replicas"),
    MISSING_RIGHT(
            Scope.REDIS,
            30,
            "the user of Redis lacks a right that this process needs",
            "grant it with ACL SETUSER; the log names the command, key or channel"),
    ERROR(Scope.REDIS, 5, "Redis answered with an error", "see the log of this process");

    /** What a fault is about. */
    public enum Scope {
        /** The connection of this process: another process may well have one. */
        CONNECTION,
        /** Redis itself: every process meets it. */
        REDIS
    }

    private final Scope scope;
    private final Duration retryAfter;
    private final String fault;
    private final String remedy;

    RedisFault(Scope scope, int retryAfterSeconds, String fault, String remedy) {
        this.scope = scope;
        this.retryAfter = Duration.ofSeconds(retryAfterSeconds);
        this.fault = fault;
        this.remedy = remedy;
    }

    public Scope scope() {
        return scope;
    }

    /** How long a caller should wait: about the time that the remedy takes. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** What is wrong. */
    public String fault() {
        return fault;
    }

    /** What an operator can do. */
    public String remedy() {
        return remedy;
    }

    /** The fault and its remedy. */
    public String sentence() {
        return fault + ": " + remedy;
    }

    /** The value of a metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a write that failed with this fault may have been executed all the same. */
    public boolean leavesWriteUnknown() {
        return switch (this) {
            // The right that a script lacks may be one of its last.
            case DISCONNECTED, TIMEOUT, ERROR, MISSING_RIGHT -> true;
            case WRONG_PASSWORD, LOADING, BUSY, READ_ONLY, OUT_OF_MEMORY, DISK, TOO_FEW_REPLICAS -> false;
        };
    }

    /** @param answer an error as Redis (6.2 and later) or its client words it */
    static RedisFault of(String answer) {
        // Redis 6.2 puts its own words before the error of a command within a script: "ERR … @user_script: 1: -OOM …".
        int within = answer.startsWith("ERR ") ? answer.indexOf(": -") : -1;
        String error = within < 0 ? answer : answer.substring(within + 3);
        return switch (error.split("[ :]", 2)[0]) {
            // The client's word for requests in progress when the connection broke.
            case "CONNECTION_CLOSED" -> DISCONNECTED;
            case "WRONGPASS", "NOAUTH" -> WRONG_PASSWORD;
            case "LOADING", "MASTERDOWN" -> LOADING;
            case "BUSY" -> BUSY;
            case "READONLY" -> READ_ONLY;
            case "OOM" -> OUT_OF_MEMORY;
            case "MISCONF" -> DISK;
            case "NOREPLICAS" -> TOO_FEW_REPLICAS;
            case "NOPERM" -> MISSING_RIGHT;
            default ->
                error.contains("The user executing the script can't") || error.contains("ACL failure in script")
                        ? MISSING_RIGHT
                        : ERROR;
        };
    }
}
