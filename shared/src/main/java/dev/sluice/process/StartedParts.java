package dev.sluice.process;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a program that have started, closed in reverse order. A part that fails to close, or does not close in time, is logged and
 * does not keep the others from closing.
 */
public final class StartedParts {
    private static final Logger LOG = LoggerFactory.getLogger(StartedParts.class);
    /** Longer than an exchange with a server that answers. */
    private static final Duration WITHIN = Duration.ofSeconds(1);

    private final Executor executor;
    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean stopping;

    private record Part(String name, Duration within, Callable<? extends Future<?>> close) {}

    /** @param executor runs the closings, which do not block */
    StartedParts(Executor executor) {
        this.executor = executor;
    }

    /** A part that closes at once. */
    public void addImmediate(String name, Runnable close) {
        add(name, Duration.ZERO, () -> {
            close.run();
            return Future.succeededFuture();
        });
    }

    /** A part that closes within a second, such as a connection. */
    public void add(String name, Callable<? extends Future<?>> close) {
        add(name, WITHIN, close);
    }

    /**
     * A part that has just started.
     *
     * @param name in the log
     * @param within time limit of its closing
     * @throws IllegalStateException when the process is told to stop: the start is to fail, so that this part is closed, too
     */
    public synchronized void add(String name, Duration within, Callable<? extends Future<?>> close) {
        parts.push(new Part(name, within, close));
        if (stopping) {
            throw new IllegalStateException("the process stops while it starts");
        }
    }

    /** The time that {@link #close()} may take. */
    synchronized Duration within() {
        return parts.stream().map(Part::within).reduce(Duration.ZERO, Duration::plus);
    }

    /** Never fails; nothing is closed twice. */
    Future<Void> close() {
        Deque<Part> reversed;
        synchronized (this) {
            stopping = true;
            reversed = new ArrayDeque<>(parts);
            parts.clear();
        }
        Future<Void> done = Future.succeededFuture();
        for (Part part : reversed) {
            done = done.compose(_ -> close(part));
        }
        return done;
    }

    private Future<Void> close(Part part) {
        Future<Void> closed = Steps.run(executor, part.close());
        Future<Void> limited =
                part.within().isZero() ? closed : closed.timeout(part.within().toMillis(), TimeUnit.MILLISECONDS);
        return limited.onFailure(failure -> LOG.warn("{} cannot be closed: {}", part.name(), failure.getMessage()))
                .otherwiseEmpty();
    }
}
