package dev.sluice.redis;

import dev.sluice.chaos.TestPorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** A Redis process of the test's own, on a free port of loopback, with the settings of {@code make run}. */
public final class RealRedis implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final String binary;
    private final int port;
    private final Path folder;
    private final List<String> extra;
    private Process process;

    private RealRedis(String binary, List<String> extra) throws IOException {
        this.binary = binary;
        this.port = TestPorts.take();
        this.folder = Files.createTempDirectory("real-redis");
        this.extra = extra;
        this.process = launch();
        // Also when the tests are interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly(), "end-redis"));
    }

    /** The server on the PATH, else the embedded one. */
    public static RealRedis start(String... extraSettings) {
        return startBinary(onPath().orElseGet(RealRedis::embedded), extraSettings);
    }

    /** A server from this binary; extra settings as on redis-server's command line. */
    public static RealRedis startBinary(String binary, String... extraSettings) {
        try {
            return new RealRedis(binary, List.of(extraSettings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Debian's or whoever's redis-server, when there is one. */
    public static Optional<String> onPath() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(dir -> new File(dir, "redis-server"))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }

    /** Redis 6.2, the floor, out of the embedded-redis jar. */
    public static String embedded() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of this server; it starts a Sentinel, too. */
    String binary() {
        return binary;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** As SIGKILL does it. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** After a {@link #kill()}: the same port, the same data. */
    public void startAgain() throws IOException {
        process = launch();
    }

    /** Cuts off the end of the append-only file of a server that is not running, as a full disk or a crash may do. */
    public void truncateAppendOnlyFile(int bytes) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Path last = files.filter(file -> file.toString().endsWith(".incr.aof") || file.endsWith("appendonly.aof"))
                    .max(java.util.Comparator.naturalOrder())
                    .orElseThrow();
            try (FileChannel channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
                channel.truncate(Math.max(0, channel.size() - bytes));
            }
        }
    }

    /** SIGSTOP: it keeps its connections and answers nothing. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** From now on no write to a file succeeds, as on a full disk. */
    public void fillDisk() throws IOException, InterruptedException {
        limitFiles("1:unlimited");
    }

    public void freeDisk() throws IOException, InterruptedException {
        limitFiles("unlimited");
    }

    private void limitFiles(String bytes) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("prlimit", "--pid", String.valueOf(pid()), "--fsize=" + bytes)
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("prlimit failed with exit status " + exit);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try (Stream<Path> files = Files.walk(folder)) {
            process.waitFor(10, TimeUnit.SECONDS);
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start().waitFor();
    }

    private Process launch() throws IOException {
        // The signal of a full disk (see fillDisk) must not end it: a real one sends none.
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh", binary));
        command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--dir", folder.toString(), "--save", "", "--appendonly", "yes"));
        command.addAll(List.of("--appendfsync", "everysec", "--maxmemory-policy", "noeviction"));
        command.addAll(List.of("--hash-max-ziplist-value", "8192"));
        command.addAll(extra);
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        awaitPort(started);
        return started;
    }

    private void awaitPort(Process started) throws IOException {
        Instant limit = Instant.now().plus(START_LIMIT);
        while (!answersPing()) {
            if (!started.isAlive() || Instant.now().isAfter(limit)) {
                throw new IllegalStateException(
                        "redis-server did not start: " + Files.readString(folder.resolve("redis.log")));
            }
            Thread.onSpinWait();
        }
    }

    private boolean answersPing() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), java.nio.charset.StandardCharsets.US_ASCII)
                    .startsWith("+PONG");
        } catch (IOException notYet) {
            return false;
        }
    }
}
