package dev.sluice.telemetry;

import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;

/** What a process says of Redis: in its metrics, and in the body of its readiness. */
public final class RedisMeters {
    private RedisMeters() {}

    public static void bindTo(MeterRegistry registry, RedisHealth health) {
        Gauge.builder(MetricNames.REDIS_CONNECTED, health, one -> one.isAnswering() ? 1 : 0)
                .description("1 while Redis answers this process")
                .register(registry);
        for (RedisFault fault : RedisFault.values()) {
            Gauge.builder(MetricNames.REDIS_FAULT, health, one -> one.faults().contains(fault) ? 1 : 0)
                    .description("1 while Redis does not execute commands for this reason")
                    .tag("fault", fault.label())
                    .register(registry);
        }
    }

    /**
     * Adds the present faults, each where it belongs.
     *
     * @param address of Redis, without credentials
     */
    public static void describe(RedisHealth health, String address, List<String> obstacles, List<String> warnings) {
        Set<RedisFault> faults = health.faults();
        faults.forEach(fault -> (fault.scope() == RedisFault.Scope.CONNECTION ? obstacles : warnings)
                .add("Redis at %s: %s".formatted(address, fault.sentence())));
    }
}
