package dev.sluice.frontend.body;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects faults: all are counted, the first hundred are named. */
final class InputFaults {
    static final int MOST_NAMED = 100;

    private final List<InputFault> named = new ArrayList<>();
    private int count;

    void add(int item, String column, String detail) {
        add(new InputFault(item, Optional.of(column), detail));
    }

    void add(InputFault fault) {
        count++;
        if (named.size() < MOST_NAMED) {
            named.add(fault);
        }
    }

    /** @throws InputRefusedException when there was any fault */
    void refuseIfAny(InputRefusedException.Reason reason, String what) {
        refuseIfAny(reason, what, "'errors' names " + (count > MOST_NAMED ? "the first " + MOST_NAMED : "each"));
    }

    /** @throws InputRefusedException when there was any fault */
    void refuseIfAny(InputRefusedException.Reason reason, String what, String remedy) {
        if (count > 0) {
            String fault = count == 1 ? "one value does not fit " + what : count + " values do not fit " + what;
            throw new InputRefusedException(reason, fault + ": " + remedy, named, count);
        }
    }
}
