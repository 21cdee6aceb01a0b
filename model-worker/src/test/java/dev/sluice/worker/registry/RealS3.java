package dev.sluice.worker.registry;

import dev.sluice.chaos.TestPorts;
import io.minio.credentials.StaticProvider;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A versitygw of its own over a folder, with one bucket. */
final class RealS3 implements AutoCloseable {
    private static final String ACCESS_KEY = "test-access";
    private static final String SECRET_KEY = "test-secret";
    private static final String BUCKET = "mlflow";
    private static final int START_LIMIT_S = 120;

    private final Path folder;
    private final int port;
    private Process process;

    private RealS3(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.port = TestPorts.take();
        this.process = launch();
    }

    static boolean isInstalled() {
        return program().isPresent();
    }

    static RealS3 start(Path folder) throws Exception {
        // A bucket is a folder there.
        Files.createDirectories(folder.resolve("data").resolve(BUCKET));
        return new RealS3(folder);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    String bucket() {
        return BUCKET;
    }

    /** With which MLflow keeps its artifacts here. */
    Map<String, String> environment() {
        return Map.of(
                "MLFLOW_S3_ENDPOINT_URL",
                url(),
                "AWS_ACCESS_KEY_ID",
                ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                SECRET_KEY,
                "AWS_DEFAULT_REGION",
                "us-east-1");
    }

    /**
     * The store as a worker sees it.
     *
     * @param url of the store or of what stands before it
     */
    static S3Artifacts seenFrom(String url, Duration limit, String secretKey) {
        S3Location location = S3Location.parse("s3://" + BUCKET, URI.create(url), "us-east-1");
        return new S3Artifacts(
                location, new TransferLimit(limit), _ -> new StaticProvider(ACCESS_KEY, secretKey, null));
    }

    static S3Artifacts seenFrom(String url, Duration limit) {
        return seenFrom(url, limit, SECRET_KEY);
    }

    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    void startAgain() throws IOException, InterruptedException {
        process = launch();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private Process launch() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        program().orElseThrow(),
                        "--port",
                        "127.0.0.1:" + port,
                        "posix",
                        folder.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("s3.log").toFile()));
        builder.environment().put("ROOT_ACCESS_KEY", ACCESS_KEY);
        builder.environment().put("ROOT_SECRET_KEY", SECRET_KEY);
        Process started = builder.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_LIMIT_S);
        while (!listens()) {
            // Its readiness can only be asked for.
            if (started.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                throw new IllegalStateException(
                        "the store did not start: " + Files.readString(folder.resolve("s3.log")));
            }
        }
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Optional<String> program() {
        return Stream.concat(
                        Stream.of(Path.of("..", ".tools").toAbsolutePath().toString()),
                        Arrays.stream(System.getenv("PATH").split(File.pathSeparator)))
                .map(place -> new File(place, "versitygw"))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }
}
