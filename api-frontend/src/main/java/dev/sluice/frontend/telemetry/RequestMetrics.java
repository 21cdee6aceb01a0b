package dev.sluice.frontend.telemetry;

import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.job.Outcome;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Backlog;
import dev.sluice.telemetry.LatencyBuckets;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.telemetry.VersionMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/** What is measured of requests and queues. Labels are bounded: routes, statuses, reasons, and models that exist. */
public final class RequestMetrics {
    private final MeterRegistry registry;
    private final List<BoardGauge> boardGauges;
    private final Map<RequestKey, Timer> requests = new HashMap<>();
    private final Map<PhaseKey, Timer> phases = new HashMap<>();
    private final Map<String, Counter> refusals = new HashMap<>();
    private final VersionMeters versionMeters;

    /** @param workerGrace after this while without a sign of life there is no worker, whatever the board holds */
    public RequestMetrics(MeterRegistry registry, Duration workerGrace) {
        this.registry = registry;
        this.versionMeters = new VersionMeters(registry, VersionMeters.KEPT, System::nanoTime);
        this.boardGauges = List.of(
                gauge(
                        MetricNames.OPEN_ITEMS,
                        "Items accepted and not yet answered",
                        backlog -> OptionalDouble.of((double) backlog.openItems())),
                gauge(
                        MetricNames.WAITING_ITEMS,
                        "Items that no worker has taken yet",
                        backlog -> OptionalDouble.of((double) backlog.waitingItems())),
                gauge(
                        MetricNames.BACKLOG,
                        "Open items divided by the served rate",
                        backlog -> backlog.servedPerSecond() > 0
                                ? OptionalDouble.of(backlog.openItems() / backlog.servedPerSecond())
                                : OptionalDouble.empty()),
                gauge(
                        MetricNames.WORKERS,
                        "Workers that serve it",
                        backlog -> OptionalDouble.of(backlog.isSilentFor(workerGrace) ? 0 : backlog.workers())),
                gauge(
                        MetricNames.DEAD_LETTERS,
                        "Jobs that were given up and are kept",
                        backlog -> OptionalDouble.of((double) backlog.deadLetters())));
    }

    /** @param value none: no figure for that deployment now */
    private record BoardGauge(MultiGauge gauge, Function<Backlog, OptionalDouble> value) {}

    private record RequestKey(String route, int status) {}

    private record PhaseKey(String phase, String model, String version) {}

    /** One answered request; its time is that of the whole exchange. */
    public void answered(String route, int status, Duration took) {
        requests.computeIfAbsent(new RequestKey(route, status), this::requestTimer)
                .record(took);
    }

    public void refused(String reason) {
        refusalCounter(reason).increment();
    }

    /** A prediction was made: the whole request's time under its model and version. */
    public void predicted(Deployment deployment, Outcome outcome, Duration took) {
        phases.computeIfAbsent(new PhaseKey("request", deployment.model(), outcome.version()), this::phaseTimer)
                .record(took);
    }

    /** Counted from the start: a counter that is born with its first event hides that event from Prometheus. */
    public void expectRefusals(List<String> reasons) {
        reasons.forEach(this::refusalCounter);
    }

    /** Called after each reading of the board. Of a withdrawn deployment only what is left of it is shown. */
    public void board(DeploymentCatalog catalog) {
        for (BoardGauge one : boardGauges) {
            List<MultiGauge.Row<Number>> rows = new ArrayList<>();
            catalog.entries().forEach((deployment, entry) -> {
                Tags tags = Tags.of("model", deployment.model(), "alias", deployment.alias());
                OptionalDouble value = one.value().apply(entry.backlog());
                boolean isOver = entry.withdrawn().isPresent() && value.orElse(0) == 0;
                if (value.isPresent() && !isOver) {
                    rows.add(MultiGauge.Row.of(tags, value.getAsDouble()));
                }
            });
            one.gauge().register(rows, true);
        }
        forgetWhatIsServedNoMore(catalog);
    }

    private void forgetWhatIsServedNoMore(DeploymentCatalog catalog) {
        Set<VersionMeters.Labels> served = new HashSet<>();
        catalog.entries()
                .forEach((deployment, entry) -> entry.live()
                        .ifPresent(live -> served.add(new VersionMeters.Labels(deployment.model(), live.version()))));
        Set<VersionMeters.Labels> removed = versionMeters.keep(served);
        phases.keySet().removeIf(key -> removed.contains(new VersionMeters.Labels(key.model(), key.version())));
    }

    private BoardGauge gauge(String name, String description, Function<Backlog, OptionalDouble> value) {
        MultiGauge.Builder gauge = MultiGauge.builder(name).description(description);
        return new BoardGauge(
                (name.equals(MetricNames.BACKLOG) ? gauge.baseUnit("seconds") : gauge).register(registry), value);
    }

    private Counter refusalCounter(String reason) {
        return refusals.computeIfAbsent(reason, one -> registry.counter(MetricNames.REFUSALS, "reason", one));
    }

    private Timer requestTimer(RequestKey key) {
        return Timer.builder(MetricNames.HTTP_REQUESTS)
                .description("Requests by route and status")
                .tags("route", key.route(), "status", String.valueOf(key.status()))
                .serviceLevelObjectives(LatencyBuckets.upperEnds())
                .register(registry);
    }

    private Timer phaseTimer(PhaseKey key) {
        return Timer.builder(MetricNames.PHASE)
                .description("Time by phase")
                .tags("phase", key.phase(), "model", key.model(), "version", key.version())
                .serviceLevelObjectives(LatencyBuckets.upperEnds())
                .register(registry);
    }
}
