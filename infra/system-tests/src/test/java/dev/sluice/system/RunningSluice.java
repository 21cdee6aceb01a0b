package dev.sluice.system;

import dev.sluice.chaos.TestPorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The whole system as {@code make up} starts it, with two APIs and two workers, on free ports and with a state folder of its own. One
 * for all test classes; a test that stops a process starts it again.
 */
public final class RunningSluice implements AutoCloseable {
    public static final Path PROJECT =
            Path.of(System.getProperty("user.dir")).resolve("../..").normalize().toAbsolutePath();
    private static final Path SLUICE = PROJECT.resolve("infra/bin/sluice");
    private static final int COMMAND_MINUTES = 9;

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger databases = new AtomicInteger();

    /** Hands the one running system to every test that asks for it, and stops it after the last. */
    public static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType().equals(RunningSluice.class);
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return shared(context);
        }
    }

    /** The one running system of all test classes. */
    public static RunningSluice shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(RunningSluice.class, _ -> new RunningSluice(), RunningSluice.class);
    }

    private RunningSluice() {
        this(Map.of("APIS", "2", "WORKERS", "2"));
    }

    /**
     * One more, beside the shared one; close it.
     *
     * @param settings of infra/bin/sluice
     */
    RunningSluice(Map<String, String> settings) {
        try {
            home = Files.createTempDirectory("sluice-system-test");
            environment.put("SLUICE_HOME", home.resolve("state").toString());
            environment.put("SLUICE_SKIP_BUILD", "1");
            for (String port : List.of(
                    "SLUICE_PORT",
                    "SLUICE_MANAGEMENT_PORT",
                    "SLUICE_MONITOR_PORT",
                    "MLFLOW_PORT",
                    "REDIS_PORT",
                    "POSTGRES_PORT",
                    "PROMETHEUS_PORT",
                    "ALERTMANAGER_PORT",
                    "S3_PORT")) {
                environment.put(port, String.valueOf(TestPorts.take()));
            }
            // Else the size of the log is looked at only now and then.
            environment.put("SLUICE_DRIFT_INTERVAL", "1s");
            // What it learns is tested elsewhere; here it has only to end.
            environment.put("SLUICE_RETRAIN_COMMAND", "true");
            environment.putAll(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Also when the tests are interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(this::downAtExit, "sluice-down"));
        sluice("up");
        if (!"0".equals(environment.get("SLUICE_MONITOR"))) {
            awaitMonitor();
        }
    }

    /** {@code up} does not wait for it: nobody who predicts does. */
    private void awaitMonitor() {
        SluiceClient monitor = new SluiceClient(management("monitor"));
        try {
            Eventually.eventually("the monitor is ready", Duration.ofSeconds(60), () -> {
                try {
                    return monitor.get("/health/ready").status() == 200;
                } catch (CompletionException notYet) {
                    return false;
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs {@code infra/bin/sluice} on this system. @return what it printed */
    String sluice(String... arguments) {
        List<String> command = new ArrayList<>(List.of(SLUICE.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** The same with other settings for this command. */
    String sluiceWith(Map<String, String> settings, String... arguments) {
        Map<String, String> before = new HashMap<>(environment);
        environment.putAll(settings);
        try {
            return sluice(arguments);
        } finally {
            environment.clear();
            environment.putAll(before);
        }
    }

    /** Runs {@code python -m training} against this system's MLflow. @return what it printed */
    String training(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(PROJECT.resolve(".venv/bin/python").toString(), "-m", "training"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Runs a Python program with the training package at hand, against this system's MLflow. @return what it printed */
    public String python(String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(PROJECT.resolve(".venv/bin/python").toString(), "-c", program));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** @param number from 1 */
    SluiceClient api(int number) {
        return new SluiceClient(url(number));
    }

    /** Of that API. */
    String url(int number) {
        return "http://127.0.0.1:" + record("api-" + number).get("port");
    }

    String management(String process) {
        return "http://127.0.0.1:" + record(process).get("management");
    }

    long pid(String process) {
        return Long.parseLong(record(process).get("pid"));
    }

    String redisUrl() {
        return "redis://127.0.0.1:" + environment.get("REDIS_PORT");
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%s/postgres".formatted(environment.get("POSTGRES_PORT"));
    }

    /** Of the user {@code sluice}. */
    String databasePassword() throws IOException {
        return Files.readString(home().resolve("postgres/password"));
    }

    /**
     * A new, empty database of this system's Postgres, which nobody else uses.
     *
     * @param use begins its name
     * @return its address for the monitor's settings
     */
    public String newDatabase(String use) throws IOException, SQLException {
        String password = databasePassword().strip();
        String name = use + "_" + databases.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(jdbcUrl(), "sluice", password);
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return "postgresql://sluice:%s@127.0.0.1:%s/%s".formatted(password, environment.get("POSTGRES_PORT"), name);
    }

    String prometheusUrl() {
        return "http://127.0.0.1:" + environment.get("PROMETHEUS_PORT");
    }

    public String mlflowUrl() {
        return "http://127.0.0.1:" + environment.get("MLFLOW_PORT");
    }

    /** The folder of the jars that its processes run from. */
    public Path app() {
        return Path.of(record("worker-1").get("app"));
    }

    Path home() {
        return home.resolve("state");
    }

    static Path sample(String name) {
        return PROJECT.resolve("training/samples").resolve(name);
    }

    @Override
    public void close() throws IOException {
        if (!closed.getAndSet(true)) {
            sluice("down");
            delete(home);
        }
    }

    private void downAtExit() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder with all that is in it. */
    public static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    private Map<String, String> record(String process) {
        try {
            Map<String, String> fields = new HashMap<>();
            for (String line : Files.readAllLines(home().resolve("run/" + process + ".process"))) {
                String[] pair = line.split("=", 2);
                fields.put(pair[0], pair[1]);
            }
            return fields;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run(List<String> command) {
        try {
            Path output = Files.createTempFile(home, "command", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(PROJECT.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            builder.environment().put("SLUICE_MLFLOW", mlflowUrl());
            Process process = builder.start();
            boolean ended = process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES);
            String printed = Files.readString(output);
            System.out.println(command.subList(0, Math.min(4, command.size())) + "\n" + printed);
            if (!ended) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end:\n" + printed);
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(command + " ended with " + process.exitValue() + ":\n" + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
