package dev.sluice.monitor.retraining;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a command as a child of this process. */
public final class ProcessTrainer implements Trainer {
    private static final int SECONDS_TO_END = 3;

    private final List<String> command;
    private final Path logs;
    /** Also those that have ended: their end may have to be told again. */
    private final Map<String, Process> started = new HashMap<>();

    /**
     * A trainer by command.
     *
     * @param command words divided by blanks; {@code {model}} stands for the model's name
     * @param logs folder for what it prints
     */
    public ProcessTrainer(String command, Path logs) {
        this.command = Arrays.asList(command.strip().split("\\s+"));
        this.logs = logs;
    }

    @Override
    public synchronized Future<String> start(String model) {
        try {
            Files.createDirectories(logs);
            Path log = logs.resolve("retraining-" + model + ".log");
            Process process = new ProcessBuilder(command.stream()
                            .map(word -> word.replace("{model}", model))
                            .toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process.getOutputStream().close();
            String run = "pid " + process.pid();
            started.put(run, process);
            return Future.succeededFuture(run);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public synchronized Future<Optional<Ending>> ending(String run) {
        Process process = started.get(run);
        if (process == null) {
            return Future.succeededFuture(Optional.of(new Ending(false, "the monitor that started it has stopped")));
        }
        if (process.isAlive()) {
            return Future.succeededFuture(Optional.empty());
        }
        int status = process.exitValue();
        return Future.succeededFuture(Optional.of(new Ending(status == 0, "exit status " + status)));
    }

    @Override
    public synchronized Future<Void> close() {
        return Future.fromCompletionStage(CompletableFuture.allOf(started.values().stream()
                .filter(Process::isAlive)
                .map(ProcessTrainer::end)
                .toArray(CompletableFuture[]::new)));
    }

    private static CompletableFuture<Void> end(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        return process.onExit()
                .completeOnTimeout(process, SECONDS_TO_END, TimeUnit.SECONDS)
                .thenAccept(Process::destroyForcibly);
    }
}
