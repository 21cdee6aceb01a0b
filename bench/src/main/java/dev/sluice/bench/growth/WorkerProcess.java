package dev.sluice.bench.growth;

import dev.sluice.bench.machine.ProcessTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One {@link FixedTimeWorker} with the priority and heap that {@code make up} gives a worker. */
final class WorkerProcess implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    private final Process process;

    private WorkerProcess(Process process) {
        this.process = process;
    }

    static WorkerProcess start(Site site, String redis, FixedTimeWorker.Plan plan) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "nice",
                "-n",
                "5",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                FixedTimeWorker.class.getName(),
                redis));
        command.addAll(plan.arguments());
        return new WorkerProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        site.log("growth-worker").toFile()))
                .start());
    }

    ProcessTree tree() {
        return new ProcessTree(process.pid());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its standard input ends, and it with it, at the latest with this process. */
    void stop() throws IOException {
        process.getOutputStream().close();
    }

    @Override
    public void close() throws IOException {
        stop();
        process.onExit()
                .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly().onExit().join();
    }
}
