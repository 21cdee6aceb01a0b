package dev.sluice.worker.batch;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The jobs that this process works on, from the take until their results are written. It does not know of other jobs that it may hold in
 * Redis.
 */
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

    /** After a lost answer or a discarded batch: Redis may have assigned jobs to this worker that it does not know. */
    void becomeUnsure() {
        unsure = true;
    }

    /** Call this before a recall of unknown jobs. */
    void becomeSure() {
        unsure = false;
    }

    boolean areUnsure() {
        return unsure;
    }
}
