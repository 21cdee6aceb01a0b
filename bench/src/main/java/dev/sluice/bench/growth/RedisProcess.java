package dev.sluice.bench.growth;

import dev.sluice.bench.contestant.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** An empty Redis with a folder of its own, both gone when it is closed. */
final class RedisProcess implements AutoCloseable {
    private static final long LOOK_AGAIN_MS = 10;

    private final int port;
    private final Path folder;
    private final Process process;
    private final Thread end;

    private RedisProcess(int port, Path folder, Process process) {
        this.port = port;
        this.folder = folder;
        this.process = process;
        this.end = new Thread(process::destroyForcibly, "end-redis");
        // Also when the benchmark is interrupted.
        Runtime.getRuntime().addShutdownHook(end);
    }

    /** Returns once it listens. */
    static RedisProcess start(Site site) throws IOException, InterruptedException {
        int port = Ports.free();
        Path folder = Files.createTempDirectory(Files.createDirectories(site.work()), "redis-");
        List<String> command = new ArrayList<>(site.redis());
        command.addAll(List.of("--port", String.valueOf(port), "--dir", folder.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        site.log("growth-redis").toFile()))
                .start();
        RedisProcess redis = new RedisProcess(port, folder, process);
        while (!redis.listens()) {
            if (!process.isAlive()) {
                throw new IllegalStateException("redis-server has ended: " + site.log("growth-redis") + " tells why");
            }
            Thread.sleep(LOOK_AGAIN_MS);
        }
        return redis;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    private boolean listens() {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Runtime.getRuntime().removeShutdownHook(end);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
