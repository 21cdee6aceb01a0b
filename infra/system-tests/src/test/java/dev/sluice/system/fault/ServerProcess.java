package dev.sluice.system.fault;

import static java.util.Objects.requireNonNull;

import dev.sluice.chaos.TcpProxy;
import dev.sluice.system.Eventually;
import dev.sluice.system.RunningSluice;
import dev.sluice.system.SluiceClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An API, a worker or a monitor as a process of its own, behind a network of its own to Redis if it was given one. */
final class ServerProcess implements AutoCloseable {
    private static final List<String> JVM_FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+ExitOnOutOfMemoryError");

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final List<String> command;
    private final Map<String, String> settings;
    private final @Nullable TcpProxy network;
    private final Path log;
    private Process process;

    ServerProcess(String name, List<String> command, Map<String, String> settings, @Nullable TcpProxy network, Path log)
            throws IOException {
        this.name = name;
        this.command = new ArrayList<>(command);
        this.settings = settings;
        this.network = network;
        this.log = log;
        this.process = launch();
        // Also when the tests are interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly(), "end-" + name));
    }

    String name() {
        return name;
    }

    /** The command of a module's jar. */
    static List<String> command(RunningSluice sluice, String module, String heap, String... flags) {
        return command(sluice.app().resolve(module).resolve(module + ".jar"), module, heap, flags);
    }

    /** The command of a jar, which stands last in it. */
    static List<String> command(Path jar, String module, String heap, String... flags) {
        List<String> command = new ArrayList<>();
        if (module.equals("model-worker")) {
            // As `make up` starts it: the API must still answer at once beside inference.
            command.addAll(List.of("nice", "-n", "5"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(List.of(flags));
        command.addAll(List.of(heap, "-jar", jar.toString()));
        return command;
    }

    TcpProxy network() {
        return requireNonNull(network);
    }

    /** Of an API: host and port. */
    String address() {
        return "127.0.0.1:" + port();
    }

    int port() {
        return Integer.parseInt(settings.getOrDefault("SLUICE_PORT", "0"));
    }

    SluiceClient client() {
        return new SluiceClient("http://" + address());
    }

    SluiceClient management() {
        return new SluiceClient("http://127.0.0.1:" + settings.get("SLUICE_MANAGEMENT_PORT"));
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitStatus() {
        return process.exitValue();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    boolean isReady() {
        try {
            return management().get("/health/ready").status() == 200;
        } catch (CompletionException notYet) {
            return false;
        }
    }

    void awaitReady() throws Exception {
        Eventually.eventually(name + " is ready", START_LIMIT, () -> {
            if (!isAlive()) {
                throw new AssertionError(name + " ended:\n" + log());
            }
            return isReady();
        });
    }

    void awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " has not ended within " + limit.toSeconds() + " s");
        }
    }

    /** As SIGKILL does it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void terminate() {
        process.destroy();
    }

    void pause() throws Exception {
        signal("STOP");
    }

    void resume() throws Exception {
        signal("CONT");
    }

    /** The same settings, a new process from another jar. */
    void startAgain(Path jar) throws IOException {
        command.set(command.size() - 1, jar.toString());
        process = launch();
    }

    /** The same settings, a new process. */
    void startAgain() throws IOException {
        process = launch();
    }

    @Override
    public void close() {
        if (network != null) {
            network.mend();
        }
        process.destroy();
        // A stopped process hears SIGTERM only once it goes on; SIGKILL at once.
        if (process.onExit()
                .completeOnTimeout(process, 3, TimeUnit.SECONDS)
                .join()
                .isAlive()) {
            process.destroyForcibly().onExit().join();
        }
        if (network != null) {
            network.close();
        }
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(pid())).start().waitFor();
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("SLUICE_"));
        builder.environment().putAll(settings);
        return builder.start();
    }
}
