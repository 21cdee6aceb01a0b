package dev.sluice.telemetry;

import dev.sluice.redis.RedisHealth;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;

/** The metrics of every process: memory, garbage collections, CPU time, uptime, Redis. */
public final class ProcessMeters {
    private ProcessMeters() {}

    public static void bindTo(MeterRegistry registry, RedisHealth redis) {
        RedisMeters.bindTo(registry, redis);
        List.of(new JvmMemoryMetrics(), new JvmGcMetrics(), new ProcessorMetrics(), new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }
}
