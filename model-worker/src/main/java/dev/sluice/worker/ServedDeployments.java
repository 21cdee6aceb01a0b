package dev.sluice.worker;

import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import dev.sluice.queue.JobLeases;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.telemetry.VersionMeters;
import dev.sluice.worker.batch.DeploymentService;
import dev.sluice.worker.batch.TimeLeft;
import dev.sluice.worker.rollout.RolloutListener;
import dev.sluice.worker.rollout.RolloutState;
import dev.sluice.worker.rollout.WentLive;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The deployments that this process serves: entries on the board, metrics, and a service for each deployment that goes live. */
final class ServedDeployments implements RolloutListener {
    private static final Logger LOG = LoggerFactory.getLogger(ServedDeployments.class);
    /** For the last two commands of a drained deployment, which end within the limit of a command. */
    private static final Duration UNREGISTER_WITHIN = Duration.ofSeconds(5);
    /** The process goes on after a withdrawal. */
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

    private final BoardWriter board;
    private final String worker;
    private final DeploymentService.Surroundings surroundings;
    private final MeterRegistry metrics;
    private final MultiGauge live;
    private final VersionMeters versionMeters;
    private final Map<Deployment, DeploymentService> services = new TreeMap<>();
    private final Map<Deployment, String> versions = new TreeMap<>();
    /** Also those of which no version has gone live. */
    private final Set<Deployment> followed = new HashSet<>();

    /** @param worker what this process is called on the board */
    ServedDeployments(
            BoardWriter board, String worker, DeploymentService.Surroundings surroundings, MeterRegistry metrics) {
        this.board = board;
        this.worker = worker;
        this.surroundings = surroundings;
        this.metrics = metrics;
        this.versionMeters = new VersionMeters(metrics, VersionMeters.KEPT, System::nanoTime);
        this.live = MultiGauge.builder(MetricNames.LIVE).register(metrics);
    }

    @Override
    public void onStep(Deployment deployment, RolloutState state) {
        RolloutNote note = state.note(worker);
        synchronized (this) {
            if (state instanceof RolloutState.Withdrawn) {
                followed.remove(deployment);
            } else {
                followed.add(deployment);
            }
        }
        LOG.info("{}: version {} {} {}", deployment, note.version(), note.state(), note.reason());
        metrics.counter(MetricNames.ROLLOUTS, "model", deployment.model(), "state", note.state())
                .increment();
        board.rollout(deployment, note, state.isEnd());
    }

    @Override
    public void onWithdrawn(Deployment deployment) throws InterruptedException {
        DeploymentService service;
        synchronized (this) {
            service = services.remove(deployment);
            versions.remove(deployment);
            showVersions();
        }
        if (service != null) {
            drain(deployment, service, TimeLeft.of(AS_LONG_AS_IT_TAKES, System::nanoTime));
        }
    }

    @Override
    public void onLeftovers(Deployment deployment, boolean hasLeftovers) {
        if (hasLeftovers) {
            surroundings
                    .heartbeat()
                    .lookAfter(
                            deployment, new JobLeases(surroundings.heartbeatLink(), deployment, surroundings.terms()));
        } else {
            surroundings.heartbeat().lookAfterNoLonger(deployment);
        }
    }

    @Override
    public synchronized void onLive(Deployment deployment, WentLive version) {
        surroundings.heartbeat().lookAfterNoLonger(deployment);
        versions.put(deployment, version.version().version());
        showVersions();
        DeploymentService service = services.get(deployment);
        if (service == null) {
            service = new DeploymentService(deployment, version.slot(), surroundings);
            services.put(deployment, service);
            service.start();
        }
        board.live(deployment, version, service::awaitRegistered);
    }

    /** Takes the series of versions away that are served no more. To be called periodically. */
    synchronized void forgetOldMeters() {
        Set<VersionMeters.Labels> served = new HashSet<>();
        followed.forEach(deployment -> served.add(new VersionMeters.Labels(deployment.model(), "")));
        versions.forEach((deployment, version) -> served.add(new VersionMeters.Labels(deployment.model(), version)));
        var _ = versionMeters.keep(served);
    }

    private void showVersions() {
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
    }

    synchronized boolean isEmpty() {
        return services.isEmpty();
    }

    /** Drains all services side by side. */
    void drain(TimeLeft limit) throws InterruptedException {
        List<Thread> drains = new ArrayList<>();
        synchronized (this) {
            services.forEach((deployment, service) -> drains.add(
                    Thread.ofVirtual().name("drain-" + deployment).start(() -> drain(deployment, service, limit))));
        }
        for (Thread drain : drains) {
            if (!drain.join(limit.left().plus(UNREGISTER_WITHIN))) {
                LOG.warn("{} has not ended within --drain-timeout", drain.getName());
            }
        }
    }

    private static void drain(Deployment deployment, DeploymentService service, TimeLeft limit) {
        try {
            service.drain(limit);
            LOG.info("{}: drained", deployment);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
