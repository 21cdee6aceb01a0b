package dev.sluice.frontend.admission;

import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.job.Lane;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Backlog;
import dev.sluice.queue.OpenItems;
import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets in what can be answered in time: the predicted wait is what is open ahead divided by the rate at which the workers can serve it. An
 * empty queue lets any request through whose deadline has not passed. Each accepted job's answer tells what is open, so that the other API's work is known as soon as
 * this one adds to it; what this process has on its way to the queue, and has seen answered since, is counted in. One event loop only.
 */
public final class Admission {
    private static final double LONGEST_NANOS = 1e18;

    /**
     * wait = (1.75 × items ahead + own items) / service rate. A rate measured in the past is off when the machine's other work changes, and
     * what is answered too late was done for nothing: with 4/3, that was up to 6 % of what was admitted at three times the capacity. A shorter
     * queue costs no throughput while it never runs empty.
     */
    private static final double CAUTION = 7.0 / 4;

    /** Of the takes, those that look at the interactive lane first, at the least; see take.lua. */
    private static final double INTERACTIVE_SHARE = 7.0 / 8;

    private final Duration workerGrace;
    private final Supplier<Optional<RedisFault>> redisFault;
    private final Map<Queue, Long> onTheWay = new HashMap<>();
    /** Newer than the board. */
    private final Map<Deployment, OpenItems> counted = new HashMap<>();

    private final Map<Queue, Long> endedSinceCounted = new HashMap<>();

    private record Queue(Deployment deployment, Lane lane) {}

    /**
     * @param workerGrace how long after a worker was last seen somebody may still wait for an answer
     * @param redisFault what keeps Redis from executing commands now
     */
    public Admission(Duration workerGrace, Supplier<Optional<RedisFault>> redisFault) {
        this.workerGrace = workerGrace;
        this.redisFault = redisFault;
    }

    /**
     * A fault of Redis alone refuses nothing, because Redis may execute commands again at any moment.
     *
     * @throws NotAdmittedException with the time after which to try again
     * @throws RedisUnavailableException when Redis executes no commands, so that nothing is known of the workers
     */
    public void admit(Target target, int items, CallTerms terms) {
        Backlog backlog = target.entry().backlog();
        if (!terms.async() && backlog.isSilentFor(workerGrace)) {
            // Workers say through Redis that they are alive.
            redisFault.get().ifPresent(fault -> {
                throw new RedisUnavailableException(fault);
            });
            throw NotAdmittedException.noWorker(target.deployment(), backlog.silentMs());
        }
        Duration remaining = terms.remaining();
        if (isEmpty(target) && !remaining.isZero()) {
            // Whatever the rate is said to be, nothing is ahead: served, the request is measured; refused, it would be
            // refused for ever.
            return;
        }
        Duration wait = seconds((CAUTION * ahead(target, terms.lane()) + items) / rate(target, terms.lane()));
        if (wait.compareTo(remaining) > 0) {
            throw NotAdmittedException.tooLate(target.deployment(), wait, remaining);
        }
    }

    private boolean isEmpty(Target target) {
        return open(target, Lane.INTERACTIVE) + open(target, Lane.BULK) == 0;
    }

    /** Until these items would be answered, by what is known now. */
    public Duration predictedWait(Target target, Lane lane, int items) {
        return seconds((ahead(target, lane) + items) / rate(target, lane));
    }

    /** They are on their way to the queue, until {@link #arrived}. */
    public void sent(Deployment deployment, Lane lane, int items) {
        onTheWay.merge(new Queue(deployment, lane), (long) items, Long::sum);
    }

    /** The queue has taken or refused them. */
    public void arrived(Deployment deployment, Lane lane, int items) {
        onTheWay.merge(new Queue(deployment, lane), (long) -items, Long::sum);
    }

    /** As Redis counted when it accepted a job. */
    public void counted(Deployment deployment, OpenItems open) {
        counted.put(deployment, open);
        for (Lane lane : Lane.values()) {
            endedSinceCounted.remove(new Queue(deployment, lane));
        }
    }

    public void ended(Deployment deployment, Lane lane, int items) {
        endedSinceCounted.merge(new Queue(deployment, lane), (long) items, Long::sum);
    }

    /** Which counts all that was counted here. */
    public void boardWasRead() {
        counted.clear();
        endedSinceCounted.clear();
    }

    /** Interactive work goes before bulk, which waits for both. */
    private double ahead(Target target, Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> open(target, Lane.INTERACTIVE);
            case BULK -> open(target, Lane.INTERACTIVE) + open(target, Lane.BULK);
        };
    }

    private double open(Target target, Lane lane) {
        Queue queue = new Queue(target.deployment(), lane);
        OpenItems open = counted.getOrDefault(
                target.deployment(), target.entry().backlog().open());
        return Math.max(0, open.in(lane) - endedSinceCounted.getOrDefault(queue, 0L))
                + onTheWay.getOrDefault(queue, 0L);
    }

    /** Before anything was served, what the version did when it was loaded. */
    private double rate(Target target, Lane lane) {
        Backlog backlog = target.entry().backlog();
        double served = backlog.servedPerSecond() > 0
                ? backlog.servedPerSecond()
                : Math.max(1e-3, target.live().profile().best().itemsPerSecond()) * Math.max(1, backlog.workers());
        boolean shared = lane == Lane.INTERACTIVE && open(target, Lane.BULK) > 0;
        return shared ? served * INTERACTIVE_SHARE : served;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) Math.min(LONGEST_NANOS, seconds * 1e9));
    }
}
