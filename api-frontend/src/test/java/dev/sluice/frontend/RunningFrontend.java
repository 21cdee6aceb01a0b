package dev.sluice.frontend;

import dev.sluice.chaos.Futures;
import dev.sluice.process.LifeCycle;
import dev.sluice.redis.RealRedis;
import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** An API process of the test's own, on free ports. */
final class RunningFrontend implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx();
    private final Frontend frontend;
    private final LifeCycle lifeCycle;
    private final Caller caller;

    private RunningFrontend(FrontendSettings settings) {
        this.frontend = new Frontend(settings);
        this.lifeCycle = new LifeCycle(vertx, frontend);
        Futures.await(lifeCycle.start());
        this.caller = new Caller("http://127.0.0.1:" + frontend.port());
    }

    static RunningFrontend on(RealRedis redis) {
        return on(redis, _ -> {});
    }

    static RunningFrontend on(RealRedis redis, Consumer<FrontendSettings> changes) {
        RunningFrontend running = startOn(redis.url(), changes);
        until("ready", () -> running.caller.get("/health/ready").status() == 200);
        return running;
    }

    /** Without waiting until it is ready. */
    static RunningFrontend startOn(String redisUrl, Consumer<FrontendSettings> changes) {
        FrontendSettings settings = new FrontendSettings();
        settings.process.redis = Address.parse(redisUrl);
        settings.port = 0;
        settings.managementPort = 0;
        changes.accept(settings);
        return new RunningFrontend(settings);
    }

    Caller caller() {
        return caller;
    }

    int port() {
        return frontend.port();
    }

    int managementPort() {
        return frontend.managementPort();
    }

    Future<Void> drain() {
        return lifeCycle.drain();
    }

    Answer management(String path) {
        try (Caller management = managementCaller()) {
            return management.get(path);
        }
    }

    /** To be closed. */
    Caller managementCaller() {
        return Caller.ofManagement("http://127.0.0.1:" + frontend.managementPort());
    }

    /** Until the board that the API has read shows it. */
    void awaitDeployment(String name) {
        until(name + " on the board", () -> caller.get("/v1/models/" + name).status() == 200);
    }

    /** Until the queue has the bodies of so many requests that wait for their answers. */
    void awaitQueued(int requests) {
        until(requests + " wait, and nothing of them is held", () -> {
            JsonObject api =
                    caller.get("/v1/status").json().getJsonObject("processes").getJsonObject("api");
            return api.getInteger("waiting_requests") == requests && api.getLong("bytes_in_flight") == 0;
        });
    }

    static void until(String what, BooleanSupplier reached) {
        Instant limit = Instant.now().plus(LIMIT);
        while (!reached.getAsBoolean()) {
            if (Instant.now().isAfter(limit)) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        caller.close();
        Futures.await(lifeCycle.close());
        Futures.await(vertx.close());
    }
}
