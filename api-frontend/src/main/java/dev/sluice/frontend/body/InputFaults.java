package dev.sluice.frontend.body;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects faults: all are counted, the first hundred are kept. */
final class InputFaults {
    static final int MOST_KEPT = 100;

    private final List<InputFault> kept = new ArrayList<>();
    private int count;

    void add(int item, String column, String detail) {
        add(new InputFault(item, Optional.of(column), detail));
    }

    void add(InputFault fault) {
        count++;
        if (kept.size() < MOST_KEPT) {
            kept.add(fault);
        }
    }

    /** @throws InputRefusedException when there was any fault */
    void refuseIfAny(InputRefusedException.Reason reason, String what) {
        if (count > 0) {
            String detail = count == 1 ? "one value does not fit " + what : count + " values do not fit " + what;
            throw new InputRefusedException(reason, detail, kept, count);
        }
    }
}
