package dev.sluice.frontend.body;

import java.util.List;

/** A request body that cannot be predicted with, and why; the client's doing, so it has no stack trace. */
public final class InputRefusedException extends RuntimeException {

    /** Why, as far as the answer's status depends on it. */
    public enum Reason {
        EMPTY,
        MALFORMED,
        TOO_SLOW,
        TOO_LARGE,
        WRONG_CONTENT_TYPE,
        INVALID_ROWS,
        INVALID_PICTURES,
        INVALID_LABELS
    }

    private final Reason reason;
    private final transient List<InputFault> faults;
    private final int faultCount;

    public InputRefusedException(Reason reason, String detail) {
        this(reason, detail, List.of(), 0);
    }

    InputRefusedException(Reason reason, String detail, List<InputFault> faults, int faultCount) {
        super(detail, null, false, false);
        this.reason = reason;
        this.faults = List.copyOf(faults);
        this.faultCount = faultCount;
    }

    public Reason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    /** At most a hundred of them; {@link #faultCount()} counts all. */
    public List<InputFault> faults() {
        return faults;
    }

    public int faultCount() {
        return faultCount;
    }
}
