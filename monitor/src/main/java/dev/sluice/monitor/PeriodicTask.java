package dev.sluice.monitor;

import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a task repeatedly, with a pause after each run. Of several consecutive failures only the first is logged; the task continues. */
final class PeriodicTask {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);

    private final Vertx vertx;
    private final Duration pause;
    private final String name;
    private final Supplier<Future<Void>> task;
    private boolean stopped;
    private boolean failureLogged;

    /** @param pause after each run */
    PeriodicTask(Vertx vertx, Duration pause, String name, Supplier<Future<Void>> task) {
        this.vertx = vertx;
        this.pause = pause;
        this.name = name;
        this.task = task;
    }

    void start() {
        if (stopped) {
            return;
        }
        task.get()
                .onSuccess(_ -> failureLogged = false)
                .onFailure(this::logOnce)
                .onComplete(_ -> vertx.setTimer(pause.toMillis(), _ -> start()));
    }

    void stop() {
        stopped = true;
    }

    private void logOnce(Throwable failure) {
        if (!failureLogged && !RedisUnavailableException.isLogged(failure)) {
            LOG.warn(
                    "{} failed, retrying every {} s: {}",
                    name,
                    pause.toMillis() / 1e3,
                    String.valueOf(failure.getMessage()));
            failureLogged = true;
        }
    }
}
