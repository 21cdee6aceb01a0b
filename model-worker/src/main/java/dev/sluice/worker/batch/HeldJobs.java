package dev.sluice.worker.batch;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs that this process works on, from taking them until their results are written: what else it holds in Redis, it does not know of. */
final class HeldJobs {
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private volatile boolean unsure;

    void begun(Collection<String> jobs) {
        ids.addAll(jobs);
    }

    void ended(Collection<String> jobs) {
        ids.removeAll(jobs);
    }

    Set<String> ids() {
        return Set.copyOf(ids);
    }

    /** An answer was lost, or a batch was dropped: Redis may hold jobs for this worker that nobody here knows of. */
    void becomeUnsure() {
        unsure = true;
    }

    /** What is unknown is about to be called back. */
    void becomeSure() {
        unsure = false;
    }

    boolean areUnsure() {
        return unsure;
    }
}
