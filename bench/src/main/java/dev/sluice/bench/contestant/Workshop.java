package dev.sluice.bench.contestant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What all contestants are given.
 *
 * @param project the folder of Sluice's sources
 * @param work a folder for logs and state
 * @param threads how many threads an engine may use altogether
 */
public record Workshop(Path project, Path work, int threads, Children children) {

    /** The folder in which `iris` and `imagenet` lie as MLflow has them. */
    public Path models() {
        return work.resolve("models");
    }

    Samples samples() {
        return new Samples(project);
    }

    /** The interpreter in whose environment most peers are installed. */
    public String python() {
        return peers().python();
    }

    PythonEnvironment peers() {
        return new PythonEnvironment(work.resolve("venv"), project.resolve("bench/peers/requirements.lock"));
    }

    /** MLServer does not get along with what the others need. */
    PythonEnvironment mlServer() {
        return new PythonEnvironment(
                work.resolve("venv-mlserver"), project.resolve("bench/peers/requirements-mlserver.lock"));
    }

    /** In which models are trained and MLflow runs. */
    PythonEnvironment training() {
        return new PythonEnvironment(project.resolve(".venv"), project.resolve("training/requirements.lock"));
    }

    /** @return the file for what a process of that name prints */
    public Path log(String name) throws IOException {
        Path logs = Files.createDirectories(work.resolve("logs"));
        return logs.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".log");
    }

    /** Starts a process in the folder of the peers; it prints into its log. */
    Process launch(List<String> command, Map<String, String> environment, String logName) throws IOException {
        ProcessBuilder builder = peerProcess(command, threads)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(logName).toFile()));
        builder.environment().putAll(environment);
        return children.start(builder);
    }

    /** @param threads of each engine in it */
    public ProcessBuilder peerProcess(List<String> command, int threads) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.resolve("bench/peers").toFile());
        builder.environment().put("BENCH_MODELS", models().toString());
        builder.environment().put("BENCH_THREADS", String.valueOf(threads));
        return builder;
    }
}
