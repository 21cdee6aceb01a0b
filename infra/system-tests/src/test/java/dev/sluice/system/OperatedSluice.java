package dev.sluice.system;

import dev.sluice.chaos.TestPorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A small system that one test starts, harms and starts again with {@code infra/bin/sluice}; only model iris, from its own MLflow. */
final class OperatedSluice implements AutoCloseable {
    private static final String SLUICE =
            RunningSluice.PROJECT.resolve("infra/bin/sluice").toString();

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(6);

    private final Path folder;
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();

    /** With the registry of that one, so that nothing is published again. The folder's name has a blank, as a user's may. */
    OperatedSluice(RunningSluice other, Path folder) throws Exception {
        this.folder = folder;
        this.home = folder.resolve("a home");
        environment.put("SLUICE_HOME", home.toString());
        environment.put("SLUICE_SKIP_BUILD", "1");
        environment.put("SLUICE_MODELS", "iris");
        for (String port : List.of("SLUICE_MANAGEMENT_PORT", "SLUICE_MONITOR_PORT", "POSTGRES_PORT", "S3_PORT")) {
            environment.put(port, String.valueOf(TestPorts.take()));
        }
        Files.createDirectories(home.resolve("mlflow"));
        Files.createDirectories(home.resolve("postgres"));
        Files.createFile(home.resolve(".sluice-state"));
        // A copy of its file could be torn.
        other.python(
                """
                import sqlite3, sys
                with sqlite3.connect(sys.argv[1]) as source, sqlite3.connect(sys.argv[2]) as copy:
                    source.backup(copy)
                """,
                other.home().resolve("mlflow/mlflow.db").toString(),
                home.resolve("mlflow/mlflow.db").toString());
        for (String part :
                List.of("mlflow/artifacts", "mlflow/.published-from", "mlflow/.published-models", "postgres/18.6.0")) {
            run(
                    List.of(
                            "cp",
                            "-a",
                            other.home().resolve(part).toString(),
                            home.resolve(part).toString()),
                    Map.of());
        }
    }

    /** Runs a command that must succeed. @return what it printed */
    String sluice(Map<String, String> settings, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SLUICE));
        command.addAll(List.of(arguments));
        return run(command, settings);
    }

    /** Only begins a command. */
    ChildProcess begin(Map<String, String> settings, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(SLUICE));
        command.addAll(List.of(arguments));
        return ChildProcess.of(command, with(settings), folder);
    }

    String shell(String script, Map<String, String> settings) throws Exception {
        return run(List.of("bash", "-c", script, SLUICE), settings);
    }

    private String run(List<String> command, Map<String, String> settings) throws Exception {
        try (ChildProcess process = ChildProcess.of(command, with(settings), folder)) {
            int status = process.awaitEnd(COMMAND_LIMIT);
            if (status != 0) {
                throw new AssertionError(
                        command + " with " + settings + " ended with " + status + ":\n" + process.output());
            }
            return process.output();
        }
    }

    private Map<String, String> with(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(settings);
        return all;
    }

    Map<String, String> record(String process) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line : Files.readAllLines(file(process))) {
            String[] pair = line.split("=", 2);
            fields.put(pair[0], pair[1]);
        }
        return fields;
    }

    Path file(String process) {
        return home.resolve("run").resolve(process + ".process");
    }

    Path home() {
        return home;
    }

    /** Names of the processes that have a record, running or not. */
    List<String> recorded() throws IOException {
        if (!Files.isDirectory(home.resolve("run"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(home.resolve("run"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".process"))
                    .map(name -> name.replace(".process", ""))
                    .sorted()
                    .toList();
        }
    }

    /** Names of the processes that have a supervisor, as often as they have one. */
    List<String> supervised() {
        List<String> names = new ArrayList<>();
        for (long pid : processes()) {
            List<String> words = List.of(read(pid, "cmdline").split("\0"));
            int script = words.stream()
                    .map(word -> word.endsWith("/supervise.py"))
                    .toList()
                    .indexOf(true);
            if (script >= 0 && words.contains(home.resolve("run").toString())) {
                names.add(words.get(script + 1));
            }
        }
        return names.stream().sorted().toList();
    }

    /** Everything that this system's commands have started, whoever their parents are now. */
    Set<Long> everything() throws IOException {
        Set<Long> all = new TreeSet<>();
        for (long pid : processes()) {
            if (List.of(read(pid, "environ").split("\0")).contains("SLUICE_HOME=" + home)) {
                all.add(pid);
                ProcessHandle.of(pid).ifPresent(handle -> handle.descendants().forEach(child -> all.add(child.pid())));
            }
        }
        // Redis overwrites its environment.
        for (String name : recorded()) {
            Map<String, String> record = record(name);
            String pid = record.getOrDefault("pid", "");
            if (!pid.isEmpty() && record.get("started").equals(boot() + "-" + startTicks(Long.parseLong(pid)))) {
                all.add(Long.parseLong(pid));
            }
        }
        all.removeIf(pid -> read(pid, "stat").contains(") Z "));
        return all;
    }

    /** Every process ends at once, with no time for last words. */
    void cutPower() throws Exception {
        Eventually.eventually("nothing runs", Duration.ofSeconds(60), () -> {
            Set<Long> left = everything();
            left.forEach(OperatedSluice::kill);
            return left.isEmpty();
        });
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** The setting of a running process. */
    String settingOf(String process, String name) throws IOException {
        String environ = read(Long.parseLong(record(process).get("pid")), "environ");
        return Stream.of(environ.split("\0"))
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    /** As the records name the time at which a process was started; empty without such a process. */
    static String startTicks(long pid) {
        String stat = read(pid, "stat");
        return stat.isEmpty() ? "" : stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    }

    static String boot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).substring(0, 8);
    }

    private static Set<Long> processes() {
        Set<Long> pids = new HashSet<>();
        ProcessHandle.allProcesses().forEach(process -> pids.add(process.pid()));
        return pids;
    }

    private static String read(long pid, String what) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), what), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        try {
            cutPower();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
