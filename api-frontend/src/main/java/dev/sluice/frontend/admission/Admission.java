package dev.sluice.frontend.admission;

import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Backlog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets in what can be answered in time: the predicted wait is what is open divided by the rate at which it is served. What this
 * process has accepted and seen answered since the board was read is counted in. One event loop only.
 */
public final class Admission {
    private static final double LONGEST_NANOS = 1e18;

    private final Duration workerGrace;
    private final Map<Deployment, Long> openSinceRead = new HashMap<>();

    /** @param workerGrace how long after a worker was last seen somebody may still wait for an answer */
    public Admission(Duration workerGrace) {
        this.workerGrace = workerGrace;
    }

    /** @throws NotAdmittedException with the time after which it is worth trying again */
    public void admit(Target target, int items, CallTerms terms) {
        Backlog backlog = target.entry().backlog();
        if (!terms.async() && backlog.silentMs() > workerGrace.toMillis()) {
            throw NotAdmittedException.noWorker(target.deployment(), backlog.silentMs());
        }
        Duration wait = predictedWait(target, items);
        Duration remaining = terms.remaining();
        if (wait.compareTo(remaining) > 0) {
            throw NotAdmittedException.tooLate(target.deployment(), wait, remaining);
        }
    }

    /** Until these items would be answered, by what is known now. */
    public Duration predictedWait(Target target, int items) {
        double seconds = (open(target) + items) / rate(target);
        return Duration.ofNanos((long) Math.min(LONGEST_NANOS, seconds * 1e9));
    }

    public void accepted(Deployment deployment, int items) {
        openSinceRead.merge(deployment, (long) items, Long::sum);
    }

    public void ended(Deployment deployment, int items) {
        openSinceRead.merge(deployment, (long) -items, Long::sum);
    }

    /** The board now counts what was counted here. */
    public void boardWasRead() {
        openSinceRead.clear();
    }

    private double open(Target target) {
        long mine = openSinceRead.getOrDefault(target.deployment(), 0L);
        return Math.max(0, target.entry().backlog().openItems() + mine);
    }

    /** Before anything was served, what the version did when it was loaded. */
    private static double rate(Target target) {
        Backlog backlog = target.entry().backlog();
        return backlog.servedPerSecond() > 0
                ? backlog.servedPerSecond()
                : Math.max(1e-3, target.live().profile().best().itemsPerSecond()) * Math.max(1, backlog.workers());
    }
}
