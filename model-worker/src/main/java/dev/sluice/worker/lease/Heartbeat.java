package dev.sluice.worker.lease;

import dev.sluice.model.Deployment;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews every incarnation of this process and looks after the dead of others, on threads and a connection of its own, so that neither
 * a long inference nor a large payload keeps a living worker from saying so.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final LeaseTerms terms;
    private final MeterRegistry metrics;
    private final List<Pulse> pulses = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService renewing = single("renew");
    private final ScheduledExecutorService reclaiming = single("reclaim");

    private final Map<Deployment, JobLeases> lookedAfter = new ConcurrentHashMap<>();

    private record Pulse(Deployment deployment, Incarnation incarnation, JobLeases leases, DoubleSupplier servedRate) {}

    public Heartbeat(LeaseTerms terms, MeterRegistry metrics) {
        this.terms = terms;
        this.metrics = metrics;
    }

    public void start() {
        long renewMs = terms.renewEvery().toMillis();
        var _ = renewing.scheduleAtFixedRate(() -> forEach(this::renew), renewMs, renewMs, TimeUnit.MILLISECONDS);
        long tickMs = terms.tick().toMillis();
        var _ = reclaiming.scheduleWithFixedDelay(this::reclaimAll, tickMs, tickMs, TimeUnit.MILLISECONDS);
    }

    /** @param leases over a connection that carries nothing else */
    public void beatFor(Deployment deployment, Incarnation incarnation, JobLeases leases, DoubleSupplier servedRate) {
        // From the start: a counter that is born with its first event hides that event from Prometheus.
        reclaimed(deployment);
        pulses.add(new Pulse(deployment, incarnation, leases, servedRate));
    }

    public void stopFor(Incarnation incarnation) {
        pulses.removeIf(pulse -> pulse.incarnation().equals(incarnation));
    }

    /** Reclaims what dead workers held of a deployment that this process does not serve. */
    public void lookAfter(Deployment deployment, JobLeases leases) {
        lookedAfter.put(deployment, leases);
    }

    public void lookAfterNoLonger(Deployment deployment) {
        lookedAfter.remove(deployment);
    }

    private void reclaimAll() {
        forEach(pulse -> reclaim(pulse.deployment(), pulse.leases()));
        lookedAfter.forEach(this::reclaim);
    }

    @Override
    public void close() {
        renewing.shutdownNow();
        reclaiming.shutdownNow();
    }

    /** A task that throws is never run again by its scheduler; a missed beat costs less. */
    private void forEach(Consumer<Pulse> task) {
        for (Pulse pulse : pulses) {
            try {
                task.accept(pulse);
            } catch (RuntimeException e) {
                LOG.error("{}: a beat failed", pulse.deployment(), e);
            }
        }
    }

    private void renew(Pulse pulse) {
        pulse.incarnation()
                .present()
                .ifPresent(name -> pulse.leases()
                        .renew(name, pulse.servedRate().getAsDouble())
                        .onSuccess(known -> {
                            if (!known) {
                                pulse.incarnation().removed(name);
                            }
                        })
                        .onFailure(failure ->
                                LOG.debug("{}: could not renew: {}", pulse.deployment(), failure.getMessage())));
    }

    private void reclaim(Deployment deployment, JobLeases leases) {
        try {
            var reclaimed = Await.answer(leases.reclaim());
            if (!reclaimed.removed().isEmpty()) {
                LOG.warn(
                        "{}: removed {} dead worker(s), reclaimed {} job(s), {} became dead letters",
                        deployment,
                        reclaimed.removed().size(),
                        reclaimed.waitingAgain(),
                        reclaimed.dead());
                reclaimed(deployment).increment(reclaimed.waitingAgain());
            }
        } catch (RedisUnavailableException e) {
            LOG.debug("{}: reclaim failed: {}", deployment, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Counter reclaimed(Deployment deployment) {
        return metrics.counter(MetricNames.RECLAIMED, "model", deployment.model());
    }

    private static ScheduledExecutorService single(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }
}
