package dev.sluice.frontend;

import dev.sluice.settings.SettingsReader;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API process: reads its settings, serves until it is told to stop, finishes what it holds. */
public final class ApiFrontend {
    private static final int EXIT_CANNOT_START = 1;
    private static final int CLOSING_SECONDS = 5;

    private ApiFrontend() {}

    public static void main(String[] args) {
        int[] exitCode = {0};
        Optional<FrontendSettings> settings =
                SettingsReader.read(new FrontendSettings(), args, System.getenv(), exitCode);
        if (settings.isEmpty()) {
            System.exit(exitCode[0]);
        }
        if (!start(settings.get())) {
            System.exit(EXIT_CANNOT_START);
        }
    }

    /** Leaves event loops behind that keep the process alive. */
    private static boolean start(FrontendSettings settings) {
        // Before the first logger is made: logback reads it then.
        System.setProperty("SLUICE_LOG_FORMAT", settings.logFormat);
        Logger log = LoggerFactory.getLogger(ApiFrontend.class);
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        Frontend frontend = new Frontend(settings);
        try {
            vertx.deployVerticle(frontend)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            log.error(
                    "cannot start: {}",
                    Objects.requireNonNullElse(e.getCause(), e).getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vertx, frontend, settings, log), "stop"));
        log.info(
                "serving on http://{}:{} (docs at /docs), management on port {}",
                settings.host,
                frontend.port(),
                frontend.managementPort());
        return true;
    }

    /** Halts with 0 at its end, because a process that did as it was told has not failed. */
    private static void stop(Vertx vertx, Frontend frontend, FrontendSettings settings, Logger log) {
        int exitCode = 0;
        try {
            frontend.drain()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(
                            settings.drainDelay
                                    .plus(settings.drainTimeout)
                                    .plusSeconds(CLOSING_SECONDS)
                                    .toMillis(),
                            TimeUnit.MILLISECONDS);
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSING_SECONDS, TimeUnit.SECONDS);
            log.info("stopped");
        } catch (ExecutionException | TimeoutException e) {
            log.error("stopped, but not in good order", e);
            exitCode = EXIT_CANNOT_START;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
