package dev.sluice.process;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that runs one verticle on one event loop and closes it at SIGTERM or SIGINT. */
public final class VerticleProcess {
    private static final int EXIT_FAILED = 1;
    /** For what only Vert.x closes, such as connections to a server that does not answer. */
    private static final Duration REST_WITHIN = Duration.ofSeconds(1);

    private final Logger log;
    private final Vertx vertx = Vertx.vertx(NameResolution.freshNames()
            .setEventLoopPoolSize(1)
            .setFileSystemOptions(
                    new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));

    /** Complete when the verticle has stopped. */
    private final Promise<Void> stopped = Promise.promise();

    private VerticleProcess(Class<?> main) {
        this.log = LoggerFactory.getLogger(main);
    }

    /**
     * A step before the verticle is closed.
     *
     * @param begin starts the step
     * @param within time limit of the step
     */
    public record Drain(Supplier<Future<?>> begin, Duration within) {
        /** No step before closing. */
        public static final Drain NONE = new Drain(Future::succeededFuture, Duration.ZERO);
    }

    /**
     * Call this before creating the first logger, because logback reads the setting then.
     *
     * @param format text or json
     */
    public static void useLogFormat(String format) {
        System.setProperty("SLUICE_LOG_FORMAT", format);
    }

    /**
     * Starts the verticle; if it cannot start, the process ends with exit status 1, even if other threads still run.
     *
     * @param main class whose name appears in the log
     * @param welcome called after the start
     * @param closeWithin time limit for closing the verticle
     */
    public static void run(
            Class<?> main, VerticleBase verticle, Supplier<String> welcome, Drain drain, Duration closeWithin) {
        VerticleProcess process = new VerticleProcess(main);
        if (!process.deploy(verticle)) {
            System.exit(EXIT_FAILED);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.stop(drain, closeWithin), "stop"));
        process.log.info("{}", welcome.get());
    }

    private boolean deploy(VerticleBase verticle) {
        try {
            vertx.deployVerticle(new Watched(verticle, stopped))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
            return true;
        } catch (ExecutionException e) {
            log.error(
                    "Cannot start: {}",
                    Objects.requireNonNullElse(e.getCause(), e).getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Ends with exit status 0, because a stop by signal is not a failure. */
    private void stop(Drain drain, Duration closeWithin) {
        int exitCode = 0;
        try {
            await(drain.begin().get(), drain.within().plus(closeWithin));
            Future<Void> closed = vertx.close();
            await(stopped.future(), closeWithin);
            awaitTheRest(closed);
            log.info("stopped");
        } catch (ExecutionException | TimeoutException e) {
            log.error("Stopped with an error", e);
            exitCode = EXIT_FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private void awaitTheRest(Future<Void> closed) throws ExecutionException, InterruptedException {
        try {
            await(closed, REST_WITHIN);
        } catch (TimeoutException e) {
            log.warn("Connections to servers that do not answer are cut off");
        }
    }

    private static void await(Future<?> future, Duration within)
            throws ExecutionException, TimeoutException, InterruptedException {
        future.toCompletionStage().toCompletableFuture().get(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A verticle whose end is known before Vert.x has closed everything else. */
    private static final class Watched extends VerticleBase {
        private final VerticleBase verticle;
        private final Promise<Void> stopped;

        Watched(VerticleBase verticle, Promise<Void> stopped) {
            this.verticle = verticle;
            this.stopped = stopped;
        }

        @Override
        public void init(Vertx vertx, Context context) {
            super.init(vertx, context);
            verticle.init(vertx, context);
        }

        @Override
        public Future<?> start() throws Exception {
            return verticle.start();
        }

        @Override
        public Future<?> stop() throws Exception {
            return verticle.stop().onComplete(_ -> stopped.complete());
        }
    }
}
