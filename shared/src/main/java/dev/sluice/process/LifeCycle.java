package dev.sluice.process;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Starts and stops one program. */
public final class LifeCycle {
    private final Vertx vertx;
    private final Program program;
    private final Executor executor;
    private final StartedParts parts;

    public LifeCycle(Vertx vertx, Program program) {
        this.vertx = vertx;
        this.program = program;
        this.executor = switch (program.threading()) {
            case EVENT_LOOP -> {
                Context context = vertx.getOrCreateContext();
                yield task -> context.runOnContext(_ -> task.run());
            }
            case BLOCKING -> Runnable::run;
        };
        this.parts = new StartedParts(executor);
    }

    /** If it fails, everything that had started is closed again. */
    public Future<Void> start() {
        return Steps.run(executor, () -> program.start(vertx, parts))
                .recover(failure -> parts.close().compose(_ -> Future.failedFuture(failure)));
    }

    /** After a start that has succeeded. */
    public Future<Void> drain() {
        return Steps.run(executor, program::drain);
    }

    /** Closes what has started, in reverse order, at any time. Never fails. */
    public Future<Void> close() {
        return parts.close();
    }

    /** The time that {@link #close()} may take. */
    Duration closeWithin() {
        return parts.within();
    }
}
