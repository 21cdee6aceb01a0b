package dev.sluice.redis;

import dev.sluice.chaos.TestPorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three Sentinel processes that watch one Redis, and elect its replica once it has not answered for a second. */
public final class RealSentinels implements AutoCloseable {
    public static final String SERVICE = "sluice-queue";

    private static final int COUNT = 3;

    private final Path folder;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    private RealSentinels() throws IOException {
        folder = Files.createTempDirectory("real-sentinels");
        // Also when the tests are interrupted.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> processes.forEach(Process::destroyForcibly), "end-sentinels"));
    }

    /** A replica that holds what its primary holds. */
    public static RealRedis replicaOf(RealRedis primary, String... extraSettings) {
        return RealRedis.startBinary(
                primary.binary(), with(extraSettings, "--replicaof", "127.0.0.1", String.valueOf(primary.port())));
    }

    /** A Redis that sends its data to a new replica at once. */
    public static RealRedis primary(String... extraSettings) {
        return RealRedis.start(with(extraSettings, "--repl-diskless-sync-delay", "0"));
    }

    /** @param extraSettings lines of each Sentinel's file */
    public static RealSentinels watching(RealRedis primary, String... extraSettings) {
        return watching(COUNT, COUNT / 2 + 1, primary, extraSettings);
    }

    /** One that never hears of an election. */
    public static RealSentinels ignorantWatching(RealRedis primary) {
        return watching(1, COUNT, primary);
    }

    private static RealSentinels watching(int count, int quorum, RealRedis primary, String... extraSettings) {
        try {
            RealSentinels sentinels = new RealSentinels();
            for (int number = 1; number <= count; number++) {
                sentinels.launch(primary, quorum, List.of(extraSettings));
            }
            return sentinels;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Integer> ports() {
        return List.copyOf(ports);
    }

    /** For settings. */
    public String url() {
        return url(ports);
    }

    /** Of these Sentinels. */
    public static String url(List<Integer> ports) {
        return "redis+sentinel://%s/%s"
                .formatted(ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")), SERVICE);
    }

    @Override
    public void close() {
        try {
            for (Process process : processes) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void launch(RealRedis primary, int quorum, List<String> extraSettings) throws IOException {
        int port = TestPorts.take();
        List<String> lines = new ArrayList<>(List.of(
                "port " + port,
                "bind 127.0.0.1",
                "dir " + folder,
                "sentinel monitor %s 127.0.0.1 %d %d".formatted(SERVICE, primary.port(), quorum),
                "sentinel down-after-milliseconds %s 1000".formatted(SERVICE),
                "sentinel failover-timeout %s 2000".formatted(SERVICE)));
        lines.addAll(extraSettings);
        Path file = Files.write(folder.resolve(port + ".conf"), lines);
        processes.add(new ProcessBuilder(primary.binary(), file.toString(), "--sentinel")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(port + ".log").toFile())
                .start());
        ports.add(port);
    }

    private static String[] with(String[] settings, String... more) {
        return Stream.concat(Arrays.stream(settings), Arrays.stream(more)).toArray(String[]::new);
    }
}
