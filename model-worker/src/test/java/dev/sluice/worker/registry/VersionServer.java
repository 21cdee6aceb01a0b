package dev.sluice.worker.registry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Answers MLflow's requests for the files of a version, the same for every number, so that a test can place what happens meanwhile. */
final class VersionServer implements AutoCloseable {
    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";

    private final HttpServer server;
    private final Map<String, String> files = new TreeMap<>();
    private final List<String> downloaded = new ArrayList<>();
    /** What happens during a download may be another one. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private volatile Runnable duringDownload = () -> {};

    VersionServer(Map<String, String> files) throws IOException {
        this.files.putAll(files);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/api/2.0/mlflow/model-versions/get-download-uri", "{\"artifact_uri\": \"mlflow-artifacts:/1/m\"}");
        answer(
                ARTIFACTS,
                this.files.entrySet().stream()
                        .map(file -> "{\"path\": \"%s\", \"is_dir\": false, \"file_size\": %d}"
                                .formatted(file.getKey(), file.getValue().length()))
                        .collect(Collectors.joining(",", "{\"files\": [", "]}")));
        this.files.forEach((name, content) -> answer(ARTIFACTS + "/1/m/" + name, content));
        server.setExecutor(threads);
        server.start();
    }

    MlflowRegistry registry() {
        return new MlflowRegistry(url());
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Runs before the next file is answered, once. */
    void duringTheNextDownload(Runnable happening) {
        duringDownload = happening;
    }

    /** The names of the files that were downloaded since the last call. */
    synchronized List<String> downloaded() {
        List<String> names = List.copyOf(downloaded);
        downloaded.clear();
        return names;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            String asked = URLDecoder.decode(exchange.getRequestURI().getPath(), StandardCharsets.UTF_8);
            if (asked.startsWith(ARTIFACTS + "/")) {
                note(asked.replaceFirst(".*/", ""));
            }
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private void note(String name) {
        synchronized (this) {
            downloaded.add(name);
        }
        Runnable happening = duringDownload;
        duringDownload = () -> {};
        happening.run();
    }
}
