package dev.sluice.process;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * What a process runs: API, worker or monitor. {@link LifeCycle} calls {@link #start} once; if that succeeds, {@link #drain} once; and then
 * closes the parts that have started, in reverse order.
 */
public interface Program {
    /**
     * Starts the parts in order. Each is handed to {@code parts} before the next is started, so that it is closed when a later one cannot
     * start, or when the process is told to stop meanwhile.
     *
     * @return fails when a part cannot start, with a {@link ListenFailure} if it cannot listen
     */
    Future<?> start(Vertx vertx, StartedParts parts) throws Exception;

    /** What is logged once it has started: where it listens. */
    String welcome();

    /** Stops taking work and finishes what has begun, within {@link #drainWithin()}; everything that has started is still open. */
    default Future<?> drain() throws Exception {
        return Future.succeededFuture();
    }

    /** Time limit of {@link #drain()}. */
    default Duration drainWithin() {
        return Duration.ZERO;
    }

    /** Where {@link #start} and {@link #drain} run. */
    default Threading threading() {
        return Threading.EVENT_LOOP;
    }

    /** Threads of a program. */
    enum Threading {
        /** One event loop, on which the whole program runs, and its parts are closed; nothing may block. */
        EVENT_LOOP,
        /** The caller's thread, which may block; the program has threads of its own, and its parts are closed by any thread. */
        BLOCKING
    }
}
