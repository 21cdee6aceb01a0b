package dev.sluice.system.fault;

import dev.sluice.chaos.TestPorts;
import dev.sluice.system.Eventually;
import dev.sluice.system.RunningSluice;
import dev.sluice.system.SluiceClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An nginx in front of several APIs. */
final class Nginx implements AutoCloseable {
    private final Path folder;
    private final Process process;
    private final SluiceClient client;
    private final int port;

    /** The front door as infra/nginx has it. */
    static Nginx frontDoor(List<ServerProcess> apis) throws Exception {
        Path source = RunningSluice.PROJECT.resolve("infra/nginx");
        Path folder = Files.createTempDirectory("sluice-nginx");
        // It may write into one folder alone; each of these has its own.
        Files.writeString(
                folder.resolve("nginx.conf"),
                Files.readString(source.resolve("nginx.conf")).replace("/tmp/", folder + "/"));
        Files.createDirectory(folder.resolve("paths"));
        try (Stream<Path> paths = Files.list(source.resolve("paths"))) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, folder.resolve("paths").resolve(path.getFileName()));
            }
        }
        Files.writeString(folder.resolve("upstreams.conf"), """
                upstream sluice { zone sluice 128k; least_conn; %s keepalive 64; }
                map "" $mlflow_address { default "%s"; }
                map "" $grafana_address { default "127.0.0.1:9"; }
                map "" $prefect_address { default "127.0.0.1:9"; }
                """.formatted(
                        servers(apis), apis.getFirst().address()));
        return new Nginx(folder);
    }

    /**
     * With nginx's own defaults for the rest.
     *
     * @param nextUpstream when the next API is asked, as nginx's {@code proxy_next_upstream}
     */
    static Nginx plain(List<ServerProcess> apis, String nextUpstream) throws Exception {
        Path folder = Files.createTempDirectory("sluice-nginx");
        Files.writeString(folder.resolve("nginx.conf"), """
                worker_processes 1; pid nginx.pid; error_log error.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
                  upstream sluice { %s }
                  server {
                    include listen.conf;
                    client_max_body_size 16m;
                    location / { proxy_pass http://sluice; proxy_read_timeout 90s; proxy_next_upstream %s; }
                  }
                }
                """.formatted(servers(apis), nextUpstream));
        return new Nginx(folder);
    }

    private Nginx(Path folder) throws Exception {
        this.folder = folder;
        port = TestPorts.take();
        Files.writeString(folder.resolve("listen.conf"), "listen 127.0.0.1:%d;".formatted(port));
        process = new ProcessBuilder(binary(), "-p", folder.toString(), "-c", "nginx.conf", "-g", "daemon off;")
                .redirectErrorStream(true)
                // nginx opens it a second time, for the requests.
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.log").toFile()))
                .start();
        client = new SluiceClient("http://127.0.0.1:" + port);
        Eventually.eventually("nginx answers", Duration.ofSeconds(20), this::answers);
    }

    static boolean isInstalled() {
        return find().findFirst().isPresent();
    }

    SluiceClient client() {
        return client;
    }

    int port() {
        return port;
    }

    /** What it logged of requests that failed: which API it asked, and what each said. */
    String failures() throws IOException {
        return Files.readString(folder.resolve("output.log"))
                .lines()
                .filter(line -> line.matches("[^\"]*\"[^\"]*\" 5.*"))
                .limit(10)
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        try {
            RunningSluice.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError(Files.readString(folder.resolve("output.log")));
        }
        try {
            return client.get("/health/live").status() == 200;
        } catch (CompletionException notYet) {
            return false;
        }
    }

    private static String servers(List<ServerProcess> apis) {
        return apis.stream()
                .map(api -> "server %s max_fails=0;".formatted(api.address()))
                .collect(Collectors.joining(" "));
    }

    private static String binary() {
        return find().findFirst().orElseThrow();
    }

    private static Stream<String> find() {
        return Stream.concat(Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> new File(folder, "nginx"))
                .filter(File::canExecute)
                .map(File::getPath);
    }
}
