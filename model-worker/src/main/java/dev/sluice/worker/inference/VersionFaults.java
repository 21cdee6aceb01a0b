package dev.sluice.worker.inference;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with one version, collected so that whoever logged it reads every fault at once. */
final class VersionFaults {
    private final List<String> faults = new ArrayList<>();

    void add(String fault) {
        faults.add(fault);
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    /** @throws UnservableModelException naming every fault, if there is one */
    void throwIfAny() throws UnservableModelException {
        if (faults.size() == 1) {
            throw new UnservableModelException(faults.getFirst());
        }
        if (!faults.isEmpty()) {
            StringBuilder reason = new StringBuilder(faults.size() + " faults:");
            for (int i = 0; i < faults.size(); i++) {
                reason.append(i == 0 ? " (" : "; (").append(i + 1).append(") ").append(faults.get(i));
            }
            throw new UnservableModelException(reason.toString());
        }
    }
}
