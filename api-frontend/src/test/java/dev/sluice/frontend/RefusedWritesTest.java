package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisTrouble;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Redis that executes no writes is named to the caller, without its own words, and no other cause is. */
@Slow
class RefusedWritesTest {
    private static final String ROWS = "/v1/models/iris/predict";

    private RealRedis redis;
    private RedisTrouble trouble;
    private PlainWorker worker;

    @BeforeEach
    void start() {
        redis = RealRedis.start();
        trouble = new RedisTrouble(redis);
        worker = PlainWorker.servingIris(redis);
    }

    @AfterEach
    void stop() {
        worker.close();
        trouble.close();
        redis.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DISCONNECTED", "TIMEOUT", "LOADING", "ERROR"})
    void theCallerIsToldTheFaultWithoutRedisOwnWords(RedisFault fault) throws Exception {
        try (RunningFrontend frontend = RunningFrontend.on(redis)) {
            frontend.awaitDeployment("iris");
            trouble.begin(fault);
            RunningFrontend.until(
                    "the fault is named",
                    () -> frontend.caller().postJson(ROWS, IRIS_ROW).text().contains(fault.label()));
            Answer refused = frontend.caller().postJson(ROWS, IRIS_ROW);
            assertEquals(503, refused.status());
            assertEquals("queue-unavailable", refused.problem());
            assertEquals(fault.label(), refused.json().getString("fault"));
            assertTrue(refused.retryAfter() >= fault.retryAfter().toSeconds(), refused.header("Retry-After"));
            assertTrue(refused.json().getString("detail").startsWith(fault.fault()), refused.text());
            assertFalse(refused.text().contains("user_script"), refused.text());
            boolean ofConnection = fault.scope() == RedisFault.Scope.CONNECTION;
            RunningFrontend.until("the readiness names it", () -> {
                Answer ready = frontend.caller().get("/health/ready");
                return ready.status() == (ofConnection ? 503 : 200)
                        && ready.text().contains(fault.sentence());
            });
            trouble.end(fault);
            RunningFrontend.until("the readiness no longer names it", () -> {
                Answer ready = frontend.caller().get("/health/ready");
                return ready.status() == 200 && !ready.text().contains(fault.fault());
            });
        }
    }

    @Test
    void workersThatCannotWriteThatTheyLiveAreNotSaidToBeMissing() throws Exception {
        Duration grace = Duration.ofMillis(1);
        try (RunningFrontend frontend = RunningFrontend.on(redis, settings -> settings.workerGrace = grace)) {
            frontend.awaitDeployment("iris");
            RunningFrontend.until(
                    "a worker is missing",
                    () -> frontend.caller().postJson(ROWS, IRIS_ROW).text().contains("no-worker"));
            trouble.begin(RedisFault.DISK);
            RunningFrontend.until("Redis is named instead", () -> {
                Answer refused = frontend.caller().postJson(ROWS, IRIS_ROW);
                return refused.status() == 503
                        && refused.text().contains("queue-unavailable")
                        && refused.text().contains("\"disk\"");
            });
            trouble.end(RedisFault.DISK);
        }
    }

    @Test
    void anApiThatStartsMeanwhileSaysWhyItKnowsNoModels() throws Exception {
        trouble.begin(RedisFault.BUSY);
        try (RunningFrontend frontend = RunningFrontend.startOn(redis.url(), _ -> {})) {
            RunningFrontend.until("the fault is named", () -> {
                Answer refused = frontend.caller().get("/v1/models");
                return refused.status() == 503 && refused.text().contains(RedisFault.BUSY.fault());
            });
            trouble.end(RedisFault.BUSY);
            frontend.awaitDeployment("iris");
        }
    }
}
