package dev.sluice.frontend.telemetry;

import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.job.Outcome;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Backlog;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is measured of requests and queues. Labels are bounded: routes, statuses, reasons, and models that exist. */
public final class RequestMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final MultiGauge openItems;
    private final MultiGauge backlogs;
    private final Map<RequestKey, Timer> requests = new HashMap<>();
    private final Map<PhaseKey, Timer> phases = new HashMap<>();
    private final Map<String, Counter> refusals = new HashMap<>();

    public RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.openItems = MultiGauge.builder(MetricNames.OPEN_ITEMS)
                .description("Items accepted and not yet answered")
                .register(registry);
        this.backlogs = MultiGauge.builder(MetricNames.BACKLOG)
                .description("Open items divided by the served rate")
                .baseUnit("seconds")
                .register(registry);
    }

    private record RequestKey(String route, int status) {}

    private record PhaseKey(String phase, String model, String version) {}

    /** One answered request; its time is that of the whole exchange. */
    public void answered(String route, int status, Duration took) {
        requests.computeIfAbsent(new RequestKey(route, status), this::requestTimer)
                .record(took);
    }

    public void refused(String reason) {
        refusals.computeIfAbsent(reason, one -> registry.counter(MetricNames.REFUSALS, "reason", one))
                .increment();
    }

    /** A prediction was made: the whole request's time under its model and version. */
    public void predicted(Deployment deployment, Outcome outcome, Duration took) {
        phases.computeIfAbsent(new PhaseKey("request", deployment.model(), outcome.version()), this::phaseTimer)
                .record(took);
    }

    /** Called after each reading of the board. */
    public void board(DeploymentCatalog catalog) {
        List<MultiGauge.Row<Number>> open = new ArrayList<>();
        List<MultiGauge.Row<Number>> seconds = new ArrayList<>();
        catalog.entries().forEach((deployment, entry) -> {
            Backlog backlog = entry.backlog();
            Tags tags = Tags.of("model", deployment.model(), "alias", deployment.alias());
            open.add(MultiGauge.Row.of(tags, backlog.openItems()));
            if (backlog.servedPerSecond() > 0) {
                seconds.add(MultiGauge.Row.of(tags, backlog.openItems() / backlog.servedPerSecond()));
            }
        });
        openItems.register(open, true);
        backlogs.register(seconds, true);
    }

    private Timer requestTimer(RequestKey key) {
        return Timer.builder(MetricNames.HTTP_REQUESTS)
                .description("Requests by route and status")
                .tags("route", key.route(), "status", String.valueOf(key.status()))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Timer phaseTimer(PhaseKey key) {
        return Timer.builder(MetricNames.PHASE)
                .description("Time by phase")
                .tags("phase", key.phase(), "model", key.model(), "version", key.version())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
