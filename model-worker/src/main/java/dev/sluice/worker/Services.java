package dev.sluice.worker;

import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.RolloutNote;
import dev.sluice.model.VersionBaseline;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.worker.batch.DeploymentService;
import dev.sluice.worker.rollout.ModelSlot;
import dev.sluice.worker.rollout.RolloutListener;
import dev.sluice.worker.rollout.RolloutState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a rollout's steps set in motion: notices on the board, metrics, and a service for each deployment that goes live. */
final class Services implements RolloutListener {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    private final Notices notices;
    private final String worker;
    private final DeploymentService.Surroundings surroundings;
    private final MeterRegistry metrics;
    private final MultiGauge live;
    private final Map<Deployment, DeploymentService> services = new TreeMap<>();
    private final Map<Deployment, String> versions = new TreeMap<>();

    /** @param worker what this process is called on the board */
    Services(Notices notices, String worker, DeploymentService.Surroundings surroundings, MeterRegistry metrics) {
        this.notices = notices;
        this.worker = worker;
        this.surroundings = surroundings;
        this.metrics = metrics;
        this.live = MultiGauge.builder(MetricNames.LIVE).register(metrics);
    }

    @Override
    public void onStep(Deployment deployment, RolloutState state) {
        RolloutNote note = state.note(worker);
        LOG.info("{}: version {} {} {}", deployment, note.version(), note.state(), note.reason());
        metrics.counter(MetricNames.ROLLOUTS, "model", deployment.model(), "state", note.state())
                .increment();
        notices.rollout(deployment, note, state.isEnd());
    }

    @Override
    public synchronized void onLive(
            Deployment deployment, LiveVersion version, Optional<VersionBaseline> baseline, ModelSlot slot) {
        notices.live(deployment, version, baseline);
        versions.put(deployment, version.version());
        live.register(
                versions.entrySet().stream()
                        .map(entry -> MultiGauge.Row.of(
                                Tags.of(
                                        "model", entry.getKey().model(),
                                        "alias", entry.getKey().alias(),
                                        "version", entry.getValue()),
                                1))
                        .toList(),
                true);
        if (!services.containsKey(deployment)) {
            DeploymentService service = new DeploymentService(deployment, slot, surroundings);
            services.put(deployment, service);
            service.start();
        }
    }

    synchronized boolean isEmpty() {
        return services.isEmpty();
    }

    /** Drains all services side by side. */
    void drain() throws InterruptedException {
        List<Thread> drains = new ArrayList<>();
        synchronized (this) {
            services.forEach((deployment, service) ->
                    drains.add(Thread.ofVirtual().name("drain-" + deployment).start(() -> drain(deployment, service))));
        }
        for (Thread drain : drains) {
            drain.join();
        }
    }

    private static void drain(Deployment deployment, DeploymentService service) {
        try {
            service.drain();
            LOG.info("{}: drained", deployment);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
