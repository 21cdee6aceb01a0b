package dev.sluice.worker.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong with one version, collected so that whoever logged it reads every fault at once. */
final class VersionFaults {
    private final List<String> faults = new ArrayList<>();

    void add(String fault) {
        faults.add(fault);
    }

    /** Something that can be a reason not to serve a version. */
    interface Part<T> {
        T read() throws UnservableModelException;
    }

    /** Empty when it is a fault. */
    <T> Optional<T> collect(Part<? extends T> part) {
        try {
            return Optional.of(part.read());
        } catch (UnservableModelException e) {
            add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
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
