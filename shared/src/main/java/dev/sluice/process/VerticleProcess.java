package dev.sluice.process;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
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

    private final Logger log;
    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setFileSystemOptions(
                    new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));

    private VerticleProcess(Class<?> main) {
        this.log = LoggerFactory.getLogger(main);
    }

    /**
     * What is done before the verticle is closed.
     *
     * @param begin of it
     * @param within it must have ended
     */
    public record Drain(Supplier<Future<?>> begin, Duration within) {
        /** Closing is all there is to do. */
        public static final Drain NONE = new Drain(Future::succeededFuture, Duration.ZERO);
    }

    /**
     * To be called before the first logger is made, because logback reads it then.
     *
     * @param format text or json
     */
    public static void useLogFormat(String format) {
        System.setProperty("SLUICE_LOG_FORMAT", format);
    }

    /**
     * Starts it; when it cannot start, the process ends with 1, whatever threads are left.
     *
     * @param main whose name the log shows
     * @param welcome told when it has started
     * @param closeWithin the verticle must have closed
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
            vertx.deployVerticle(verticle)
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

    /** Ends with exit status 0, because a process that stops when told to has not failed. */
    private void stop(Drain drain, Duration closeWithin) {
        int exitCode = 0;
        try {
            await(drain.begin().get(), drain.within().plus(closeWithin));
            await(vertx.close(), closeWithin);
            log.info("stopped");
        } catch (ExecutionException | TimeoutException e) {
            log.error("Stopped with an error", e);
            exitCode = EXIT_FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private static void await(Future<?> future, Duration within)
            throws ExecutionException, TimeoutException, InterruptedException {
        future.toCompletionStage().toCompletableFuture().get(within.toMillis(), TimeUnit.MILLISECONDS);
    }
}
