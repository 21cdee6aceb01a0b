package dev.sluice.redis;

import static dev.sluice.redis.LinkChecks.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.telemetry.RedisMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each state in which Redis executes no writes is named while it lasts: in the readiness, in the metrics and to callers. */
@ParameterizedClass
@MethodSource("binaries")
@Slow
class RedisHealthTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");

    @Parameter
    private String binary;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private RealRedis redis;
    private RedisTrouble trouble;
    private RedisLink link;
    private RedisHealth health;

    static Stream<String> binaries() {
        return Stream.concat(RealRedis.onPath().stream(), Stream.of(RealRedis.embedded()));
    }

    @BeforeEach
    void start() {
        redis = RealRedis.startBinary(binary);
        trouble = new RedisTrouble(redis);
        link = RedisLink.open(vertx, redis.url(), "link", Duration.ofSeconds(1));
        ChannelSubscriber subscriber = new ChannelSubscriber(vertx, redis.url(), "subscriber", () -> {});
        health = RedisHealth.watch(vertx, List.of(link, subscriber.link()), RedisHealth.Publishes.YES);
        RedisMeters.bindTo(meters, health);
        until("Redis executes writes", () -> health.faults().isEmpty());
    }

    @AfterEach
    void stop() {
        health.close();
        Futures.await(vertx.close());
        trouble.close();
        redis.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DISCONNECTED", "TIMEOUT", "LOADING", "ERROR"})
    void aFaultIsNamedWhileItLastsAndNoLonger(RedisFault fault) throws Exception {
        trouble.begin(fault);
        until(fault + " is named", () -> health.faults().equals(Set.of(fault)));
        assertEquals(1, gauge(fault));
        boolean ofConnection = fault.scope() == RedisFault.Scope.CONNECTION;
        assertEquals(
                ofConnection ? 0 : 1,
                meters.get("sluice.redis.connected").gauge().value());
        List<String> obstacles = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        RedisMeters.describe(health, "redis://here", obstacles, warnings);
        assertEquals(List.of("Redis at redis://here: " + fault.sentence()), ofConnection ? obstacles : warnings);
        assertEquals(1, obstacles.size() + warnings.size());
        assertEquals(
                fault,
                assertThrows(RedisUnavailableException.class, this::register).fault());

        trouble.end(fault);
        until("no fault is left", () -> health.faults().isEmpty());
        assertEquals(0, gauge(fault));
        register();
    }

    private double gauge(RedisFault fault) {
        return meters.get("sluice.redis.fault")
                .tag("fault", fault.label())
                .gauge()
                .value();
    }

    private void register() throws Exception {
        try {
            var _ = new JobLeases(link, IRIS, LeaseTerms.DEFAULT)
                    .register("worker", "{}")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(1, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RedisUnavailableException unavailable ? unavailable : e;
        }
    }
}
