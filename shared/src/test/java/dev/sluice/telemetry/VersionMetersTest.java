package dev.sluice.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.telemetry.VersionMeters.Labels;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The series of a process do not grow with each rollout. */
class VersionMetersTest {
    private static final Set<Labels> FIRST = Set.of(new Labels("iris", "1"));
    private static final Set<Labels> SECOND = Set.of(new Labels("iris", "2"));

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicLong now = new AtomicLong();
    private final VersionMeters meters = new VersionMeters(registry, Duration.ofMinutes(5), now::get);

    @Test
    void theSeriesOfAReplacedVersionGoAfterItsLastValuesCouldBeRead() {
        record("1");
        registry.counter("sluice.dead", "model", "iris").increment();
        registry.counter("sluice.refusals", "reason", "late").increment();
        assertEquals(Set.of(), meters.keep(FIRST));
        record("2");

        assertEquals(Set.of(), meters.keep(SECOND));
        pass(Duration.ofMinutes(4));
        assertEquals(Set.of(), meters.keep(SECOND));
        assertEquals(2, timers());
        pass(Duration.ofMinutes(1));
        assertEquals(FIRST, meters.keep(SECOND));
        assertEquals(1, timers());
        assertEquals(1, counters("sluice.dead"), "the model is still served");
    }

    @Test
    void theSeriesOfAWithdrawnModelGoAlsoThoseWithoutAVersion() {
        record("1");
        registry.counter("sluice.dead", "model", "iris").increment();
        registry.counter("sluice.refusals", "reason", "late").increment();
        meters.keep(Set.of());
        pass(Duration.ofMinutes(5));
        assertEquals(Set.of(new Labels("iris", "1"), new Labels("iris", "")), meters.keep(Set.of()));
        assertEquals(0, timers());
        assertEquals(0, counters("sluice.dead"));
        assertEquals(1, counters("sluice.refusals"), "it is no model's");
    }

    @Test
    void aVersionThatIsServedAgainKeepsItsSeries() {
        record("1");
        meters.keep(SECOND);
        pass(Duration.ofMinutes(4));
        meters.keep(FIRST);
        pass(Duration.ofMinutes(4));
        assertEquals(Set.of(), meters.keep(SECOND), "the time begins anew");
        assertEquals(1, timers());
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private int timers() {
        return registry.find("sluice.phase").timers().size();
    }

    private int counters(String name) {
        return registry.find(name).counters().size();
    }

    private void record(String version) {
        Timer.builder("sluice.phase")
                .tags("model", "iris", "version", version)
                .register(registry)
                .record(Duration.ofMillis(1));
    }
}
