package dev.sluice.bench.contestant;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The processes that this one has started; when it is told to end, they end first. */
public final class Children {
    private static final int STOP_SECONDS = 10;

    private final Set<Process> alive = new LinkedHashSet<>();
    private boolean ended;

    public Children() {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::end));
    }

    /** @throws IllegalStateException once the end has begun */
    public synchronized Process start(ProcessBuilder builder) throws IOException {
        if (ended) {
            throw new IllegalStateException("broken off");
        }
        Process process = builder.start();
        alive.add(process);
        return process;
    }

    /** Stops a process and all that it has started; returns once they have gone. */
    synchronized void stop(Process process) {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly().onExit().join();
        family.forEach(ProcessHandle::destroyForcibly);
        alive.remove(process);
    }

    /** True once this process was told to end. */
    public synchronized boolean ended() {
        return ended;
    }

    private synchronized void end() {
        ended = true;
        List.copyOf(alive).stream().filter(Process::isAlive).forEach(this::stop);
    }
}
