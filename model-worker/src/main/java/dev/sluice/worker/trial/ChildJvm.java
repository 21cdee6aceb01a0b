package dev.sluice.worker.trial;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM like this one, for one trial: same java, class path and engine settings, but with limits, a low priority, and an environment
 * without credentials.
 */
final class ChildJvm implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChildJvm.class);
    private static final int LAST_OUTPUT = 8_192;
    private static final Duration MOST_ENDING = Duration.ofSeconds(30);
    private static final long KIB = 1_024;

    /** The variables that a JVM and its engines need. */
    private static final Set<String> ENVIRONMENT =
            Set.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "JAVA_HOME");
    /** Prefixes of the same: DJL's folders, the engines' threads. */
    private static final List<String> ENGINE_VARIABLES =
            List.of("DJL_CACHE_DIR", "ENGINE_CACHE_DIR", "OMP_", "MKL_", "KMP_", "OPENCV_", "MALLOC_");
    /** Flags of this JVM that hold for the child, too; limits and properties, which may hold secrets, do not. */
    private static final List<String> FLAGS = List.of(
            "--enable-native-access",
            "--sun-misc-unsafe-memory-access",
            "--add-opens",
            "--add-exports",
            "-XX:+Use",
            "-XX:-Use",
            "-XX:ActiveProcessorCount",
            "-XX:SharedArchiveFile",
            "-XX:TieredStopAtLevel",
            "-Xlog:cds",
            "-Xlog:aot",
            "-Dai.djl.",
            "-Djava.library.path");

    private final Process process;
    private final StringBuilder output = new StringBuilder();
    private final Thread reader;

    private ChildJvm(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().name("trial-output").daemon().start(this::readOutput);
    }

    /** @param folder of the trial, where it also leaves what a crash leaves */
    static ChildJvm start(Path folder, TrialLimits limits) throws IOException {
        // Of its own, and deleted with the trial's: a child that is killed leaves its temporary files behind.
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        ProcessBuilder builder = new ProcessBuilder(command(folder, temporary, limits))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> !isPassedOn(name));
        builder.environment().put("TMPDIR", temporary.toString());
        Process process = builder.start();
        try {
            ChildJvm child = new ChildJvm(process);
            child.beFirstToBeKilled();
            return child;
        } catch (RuntimeException | Error e) {
            // Without a thread to read its output it would run unwatched.
            process.destroyForcibly();
            throw e;
        }
    }

    static boolean isPassedOn(String variable) {
        return ENVIRONMENT.contains(variable) || ENGINE_VARIABLES.stream().anyMatch(variable::startsWith);
    }

    private static List<String> command(Path folder, Path temporary, TrialLimits limits) {
        List<String> command = new ArrayList<>();
        // What is live goes first.
        programNamed("nice").ifPresent(nice -> command.addAll(List.of(nice, "-n", "5")));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> FLAGS.stream().anyMatch(flag::startsWith))
                .forEach(command::add);
        command.addAll(List.of(
                "-Djava.io.tmpdir=" + temporary,
                "-Xmx" + limits.heapBytes(),
                "-XX:MaxDirectMemorySize=" + limits.heapBytes(),
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-cp",
                absolute(System.getProperty("java.class.path")),
                TrialProcess.class.getName(),
                folder.toString()));
        return command;
    }

    /** The child works in another folder. */
    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                Arrays.stream(classPath.split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }

    private static Optional<String> programNamed(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** When the machine runs out of memory, the kernel ends the child and not the worker. */
    private void beFirstToBeKilled() {
        try {
            Files.writeString(Path.of("/proc", Long.toString(process.pid()), "oom_score_adj"), "1000");
        } catch (IOException e) {
            LOG.debug("The trial's priority for the kernel's OOM killer stays as it is: {}", e.getMessage());
        }
    }

    /** It has loaded its version and waits for this. */
    void letMeasure() {
        try {
            OutputStream input = process.getOutputStream();
            input.write(1);
            input.flush();
        } catch (IOException e) {
            LOG.debug("The trial has ended before its turn to measure: {}", e.getMessage());
        }
    }

    /** @return its exit status, once it has ended within this time */
    Optional<Integer> waitFor(Duration time) throws InterruptedException {
        return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS)
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    /** Resident memory; 0 where the system does not tell. */
    long memoryBytes() {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }

    /** What it has computed; without limit where the system does not tell, so that all time counts. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ofDays(1));
    }

    /** Whether one of its threads runs or waits for a processor. */
    boolean wantsProcessor() {
        Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String status = Files.readString(thread.resolve("stat"));
                if (status.startsWith(") R", status.lastIndexOf(')'))) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("The states of the trial's threads cannot be read: {}", e.getMessage());
        }
        return false;
    }

    /** The end of what it has written. */
    String output() throws InterruptedException {
        reader.join(Duration.ofSeconds(1));
        synchronized (output) {
            return output.toString().strip();
        }
    }

    /** Kills it unless it has ended, and returns once it is gone, unless the kernel does not let go of it. */
    @Override
    public void close() {
        process.destroyForcibly();
        long end = System.nanoTime() + MOST_ENDING.toNanos();
        boolean interrupted = false;
        while (process.isAlive() && System.nanoTime() < end) {
            try {
                if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.warn("Process {} of a trial was killed and has not ended yet", process.pid());
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void readOutput() {
        byte[] buffer = new byte[LAST_OUTPUT];
        try (InputStream in = process.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (output) {
                    output.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
                    output.delete(0, Math.max(0, output.length() - LAST_OUTPUT));
                }
            }
        } catch (IOException e) {
            LOG.debug("The trial's output ended: {}", e.getMessage());
        }
    }
}
