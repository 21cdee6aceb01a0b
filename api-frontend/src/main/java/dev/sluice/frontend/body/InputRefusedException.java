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
        WRONG_CONTENT_CODING,
        INVALID_ROWS,
        INVALID_PICTURES,
        INVALID_LABELS
    }

    private final Reason reason;
    private final transient List<InputFault> faults;
    private final transient List<String> accepted;
    private final int faultCount;

    public InputRefusedException(Reason reason, String detail) {
        this(reason, detail, List.of(), 0);
    }

    /** Of a content type that is not taken. */
    static InputRefusedException ofContentType(String detail, List<String> accepted) {
        return new InputRefusedException(Reason.WRONG_CONTENT_TYPE, detail, List.of(), 0, accepted);
    }

    InputRefusedException(Reason reason, String detail, List<InputFault> faults, int faultCount) {
        this(reason, detail, faults, faultCount, List.of());
    }

    private InputRefusedException(
            Reason reason, String detail, List<InputFault> faults, int faultCount, List<String> accepted) {
        super(detail, null, false, false);
        this.reason = reason;
        this.faults = List.copyOf(faults);
        this.faultCount = faultCount;
        this.accepted = List.copyOf(accepted);
    }

    public Reason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The content types that would be taken; empty where another fault is the reason. */
    public List<String> accepted() {
        return accepted;
    }

    /** At most a hundred of them; {@link #faultCount()} counts all. */
    public List<InputFault> faults() {
        return faults;
    }

    public int faultCount() {
        return faultCount;
    }
}
