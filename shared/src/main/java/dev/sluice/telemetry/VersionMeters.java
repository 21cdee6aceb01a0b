package dev.sluice.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Removes the counters and timers of versions and models that are no longer served, so that the number of series does not grow with each
 * rollout. They remain for a while, so that Prometheus reads their last values. Gauges are removed by their owners.
 */
public final class VersionMeters {
    /** Several scrapes, at any usual interval. */
    public static final Duration KEPT = Duration.ofMinutes(5);

    private final MeterRegistry registry;
    private final Duration kept;
    private final LongSupplier nanos;
    private final Map<Labels, Long> goneSince = new HashMap<>();

    /** @param nanos as {@link System#nanoTime()} */
    public VersionMeters(MeterRegistry registry, Duration kept, LongSupplier nanos) {
        this.registry = registry;
        this.kept = kept;
        this.nanos = nanos;
    }

    /** @param version empty: series of the model that name no version */
    public record Labels(String model, String version) {}

    /**
     * To be called periodically.
     *
     * @param served the versions that are served now
     * @return what was removed
     */
    public synchronized Set<Labels> keep(Set<Labels> served) {
        Set<Labels> all = new HashSet<>(served);
        served.forEach(labels -> all.add(new Labels(labels.model(), "")));
        goneSince.keySet().removeAll(all);
        Set<Labels> removed = new HashSet<>();
        for (Meter meter : registry.getMeters()) {
            String model = meter.getId().getTag("model");
            if (model != null && meter.getId().getType() != Meter.Type.GAUGE) {
                String version = meter.getId().getTag("version");
                Labels labels = new Labels(model, version == null ? "" : version);
                if (!all.contains(labels) && isOver(labels)) {
                    registry.remove(meter);
                    removed.add(labels);
                }
            }
        }
        goneSince.keySet().removeAll(removed);
        return removed;
    }

    private boolean isOver(Labels labels) {
        long now = nanos.getAsLong();
        return now - goneSince.computeIfAbsent(labels, _ -> now) >= kept.toNanos();
    }
}
