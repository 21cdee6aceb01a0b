package dev.sluice.process;

import dev.sluice.settings.LogFormat;
import io.vertx.core.Future;
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

/**
 * Runs a program until SIGTERM or SIGINT, also during its start; then drains it and closes its parts. Another signal changes nothing, except
 * for SIGKILL. The exit status is 0, because a stop by signal is no failure (of a program that blocks, the JVM's own: 143 or 130); 1 if the
 * program cannot start, or does not drain in time; 2 for invalid settings ({@link dev.sluice.settings.SettingsReader}).
 */
public final class SluiceProcess {
    private static final int EXIT_FAILED = 1;
    /** Beyond the limits that steps have of their own: an event loop of a busy machine may be late. */
    private static final Duration SPARE = Duration.ofSeconds(5);
    /** For what only Vert.x closes, such as connections to a server that does not answer. */
    private static final Duration REST_WITHIN = Duration.ofSeconds(1);

    private enum Phase {
        STARTING,
        STARTED,
        FAILED,
        STOPPING
    }

    private final Logger log;
    private final Program program;
    private final Vertx vertx;
    private final LifeCycle cycle;
    private Phase phase = Phase.STARTING;

    private SluiceProcess(Class<?> main, Program program) {
        this.log = LoggerFactory.getLogger(main);
        this.program = program;
        this.vertx = Vertx.vertx(options(program.threading()));
        this.cycle = new LifeCycle(vertx, program);
    }

    /**
     * Returns once the program has started; ends the process if it cannot, even if other threads still run.
     *
     * @param main class whose name appears in the log
     * @param format used by all loggers, so that there must be none before
     */
    public static void run(Class<?> main, LogFormat format, Supplier<? extends Program> program) {
        format.use();
        SluiceProcess process = new SluiceProcess(main, program.get());
        Runtime.getRuntime().addShutdownHook(new Thread(process::stop, "stop"));
        process.start();
    }

    private static VertxOptions options(Program.Threading threading) {
        VertxOptions options = NameResolution.freshNames()
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
        return switch (threading) {
            case EVENT_LOOP -> options.setEventLoopPoolSize(1);
            case BLOCKING -> options;
        };
    }

    private void start() {
        try {
            cycle.start().toCompletionStage().toCompletableFuture().get();
            if (enter(Phase.STARTED)) {
                log.info("{}", program.welcome());
            }
        } catch (ExecutionException e) {
            fail(Objects.requireNonNullElse(e.getCause(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
        }
    }

    private void fail(Throwable failure) {
        if (!enter(Phase.FAILED)) {
            return;
        }
        if (failure instanceof ListenFailure) {
            log.error("Cannot start: {}", failure.getMessage());
        } else {
            log.error("Cannot start: {}", failure.getMessage(), failure);
        }
        System.exit(EXIT_FAILED);
    }

    /** False once the process stops. */
    private synchronized boolean enter(Phase next) {
        if (phase == Phase.STOPPING) {
            return false;
        }
        phase = next;
        return true;
    }

    /** The phase in which the process was. */
    private synchronized Phase enterStop() {
        Phase before = phase;
        phase = Phase.STOPPING;
        return before;
    }

    private void stop() {
        Phase before = enterStop();
        int status = before == Phase.FAILED ? EXIT_FAILED : 0;
        if (before == Phase.STARTED && !isEnded("Draining", cycle::drain, program.drainWithin())) {
            status = EXIT_FAILED;
        }
        if (!isEnded("Closing", cycle::close, cycle.closeWithin())) {
            status = EXIT_FAILED;
        }
        awaitTheRest();
        if (before != Phase.FAILED) {
            log.info("stopped");
        }
        // What a native library has unpacked is deleted only when the JVM ends by itself, with the signal's status.
        boolean isLeftToTheJvm =
                program.threading() == Program.Threading.BLOCKING && (status == 0 || before == Phase.FAILED);
        if (!isLeftToTheJvm) {
            Runtime.getRuntime().halt(status);
        }
    }

    private boolean isEnded(String step, Supplier<Future<Void>> begin, Duration within) {
        try {
            await(begin.get(), within.plus(SPARE));
            return true;
        } catch (ExecutionException | TimeoutException e) {
            log.error("{} has failed; stopping without it", step, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void awaitTheRest() {
        try {
            await(vertx.close(), REST_WITHIN);
        } catch (TimeoutException e) {
            log.warn("Connections to servers that do not answer are cut off");
        } catch (ExecutionException e) {
            log.warn("Vert.x cannot be closed: {}", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Future<?> future, Duration within)
            throws ExecutionException, TimeoutException, InterruptedException {
        future.toCompletionStage().toCompletableFuture().get(within.toMillis(), TimeUnit.MILLISECONDS);
    }
}
