package dev.sluice.worker.batch;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Halts the process if an inference hangs in native code, where nothing else can end it; other workers reclaim its jobs. */
public final class Watchdog implements AutoCloseable {
    /** Exit status of a halted process (EX_SOFTWARE). */
    public static final int EXIT_HUNG = 70;

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final int TIMES_EXPECTED = 10;

    private final Duration least;

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("watchdog").daemon().factory());

    /** @param least minimum time limit of an inference; the limit is ten times its expected time if that is longer */
    public Watchdog(Duration least) {
        this.least = least;
        // Otherwise each watch would stay queued until its limit, thousands a second.
        timer.setRemoveOnCancelPolicy(true);
    }

    /** The watches that wait for the end of an inference. */
    int watching() {
        return timer.getQueue().size();
    }

    /** Ends when the inference has ended. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    Watch over(String what, Duration expected) {
        Duration limit = expected.multipliedBy(TIMES_EXPECTED);
        Duration longer = limit.compareTo(least) > 0 ? limit : least;
        ScheduledFuture<?> bite = timer.schedule(() -> halt(what, longer), longer.toMillis(), TimeUnit.MILLISECONDS);
        return () -> bite.cancel(false);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static void halt(String what, Duration limit) {
        LOG.error(
                "{} has run for {} s without ending (--inference-limit); halting this process, other workers reclaim its jobs",
                what,
                limit.toSeconds());
        Runtime.getRuntime().halt(EXIT_HUNG);
    }
}
