package dev.sluice.monitor;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at something again and again; a look that fails is said once, and the next one comes all the same. */
final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final Vertx vertx;
    private final Duration pause;
    private final String what;
    private final Look look;
    private boolean stopped;
    private boolean saidThatItFails;

    /** One look. */
    interface Look {
        Future<Void> once();
    }

    /** @param pause after each look */
    Rounds(Vertx vertx, Duration pause, String what, Look look) {
        this.vertx = vertx;
        this.pause = pause;
        this.what = what;
        this.look = look;
    }

    void start() {
        if (stopped) {
            return;
        }
        look.once()
                .onSuccess(_ -> saidThatItFails = false)
                .onFailure(this::tell)
                .onComplete(_ -> vertx.setTimer(pause.toMillis(), _ -> start()));
    }

    void stop() {
        stopped = true;
    }

    private void tell(Throwable failure) {
        if (!saidThatItFails) {
            LOG.warn("{}: cannot be looked at, trying again: {}", what, String.valueOf(failure.getMessage()));
            saidThatItFails = true;
        }
    }
}
