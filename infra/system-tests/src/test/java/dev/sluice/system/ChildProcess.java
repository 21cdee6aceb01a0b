package dev.sluice.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program of Sluice as a process of its own, with nothing of Sluice in its environment but what the test gives it. */
final class ChildProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;

    private ChildProcess(List<String> command, Map<String, String> environment, Path folder, String name)
            throws IOException {
        this.output = Files.createTempFile(folder, name, ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(RunningSluice.PROJECT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("SLUICE_"));
        builder.environment().putAll(environment);
        this.process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-" + name));
    }

    /** A module's jar. */
    static ChildProcess java(
            RunningSluice sluice, String module, Map<String, String> environment, Path folder, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx512m",
                "-jar",
                sluice.app().resolve(module).resolve(module + ".jar").toString()));
        command.addAll(List.of(arguments));
        return new ChildProcess(command, environment, folder, module);
    }

    static ChildProcess of(List<String> command, Map<String, String> environment, Path folder) throws IOException {
        return new ChildProcess(command, environment, folder, "command");
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    /** The first group of the pattern, as soon as the output has it. */
    String awaitOutput(String pattern) throws Exception {
        Pattern compiled = Pattern.compile(pattern);
        Eventually.eventually("it prints " + pattern, LIMIT, () -> {
            boolean ended = !process.isAlive();
            boolean found = compiled.matcher(output()).find();
            if (ended && !found) {
                throw new AssertionError("it ended without printing " + pattern + ":\n" + output());
            }
            return found;
        });
        Matcher matcher = compiled.matcher(output());
        if (!matcher.find()) {
            throw new AssertionError(output());
        }
        return matcher.groupCount() == 0 ? matcher.group() : matcher.group(1);
    }

    int awaitEnd() throws Exception {
        return awaitEnd(LIMIT);
    }

    int awaitEnd(Duration limit) throws Exception {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it has not ended:\n" + output());
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As SIGTERM does it. */
    int terminate() throws Exception {
        process.destroy();
        return awaitEnd();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
