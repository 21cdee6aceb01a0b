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
public record Workshop(Path project, Path work, int threads) {

    /** The folder in which `iris` and `imagenet` lie as MLflow has them. */
    public Path models() {
        return work.resolve("models");
    }

    Samples samples() {
        return new Samples(project);
    }

    /** The interpreter in whose environment the peers are installed. */
    public String python() {
        return work.resolve("venv/bin/python").toString();
    }

    /** @return the file for what a process of that name prints */
    public Path log(String name) throws IOException {
        Path logs = Files.createDirectories(work.resolve("logs"));
        return logs.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".log");
    }

    Process launch(List<String> command, Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.resolve("bench/peers").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("BENCH_MODELS", models().toString());
        builder.environment().put("BENCH_THREADS", String.valueOf(threads));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
