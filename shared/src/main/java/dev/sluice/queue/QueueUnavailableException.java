package dev.sluice.queue;

/** Redis did not execute a command, for a known reason; whether a write took place may be unknown. */
public final class QueueUnavailableException extends RuntimeException {

    /** The reason, as far as it is known. */
    public enum Reason {
        DISCONNECTED("there is no connection to Redis"),
        TIMEOUT("Redis did not answer in time"),
        LOADING("Redis is loading its data"),
        READ_ONLY("this Redis is a replica and takes no writes"),
        OUT_OF_MEMORY("Redis has reached its memory limit"),
        ERROR("Redis answered with an error");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }
    }

    private final Reason reason;

    public QueueUnavailableException(Reason reason, Throwable cause) {
        super(reason.sentence + (cause.getMessage() == null ? "" : ": " + cause.getMessage()), cause);
        this.reason = reason;
    }

    public QueueUnavailableException(Reason reason) {
        super(reason.sentence);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Redis is available but refused the command, for example because of a key of another type. */
    boolean isAboutTheCommand() {
        return reason == Reason.ERROR;
    }

    static Reason reasonOf(String redisError) {
        return switch (redisError.split("[ :]", 2)[0]) {
            case "LOADING", "MASTERDOWN" -> Reason.LOADING;
            // The client's message for requests in progress when the connection broke.
            case "CONNECTION_CLOSED" -> Reason.DISCONNECTED;
            case "READONLY" -> Reason.READ_ONLY;
            case "OOM" -> Reason.OUT_OF_MEMORY;
            default -> reasonWithinScript(redisError);
        };
    }

    /** Redis 6.2 puts its own words before the error of a command within a script. */
    private static Reason reasonWithinScript(String redisError) {
        if (redisError.contains("OOM command not allowed")) {
            return Reason.OUT_OF_MEMORY;
        }
        return redisError.contains("-READONLY ") ? Reason.READ_ONLY : Reason.ERROR;
    }
}
