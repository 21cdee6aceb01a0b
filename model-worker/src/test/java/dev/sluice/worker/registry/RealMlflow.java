package dev.sluice.worker.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.chaos.TestPorts;
import dev.sluice.worker.models.ModelFolder;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An MLflow server of its own, with an empty registry, from the project's Python environment. */
public final class RealMlflow {
    private static final Path PYTHON = Path.of("..", ".venv", "bin", "python");
    private static final int START_LIMIT_S = 300;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final Path folder;
    private final int port;
    private final String authorization;
    private final HttpClient http = HttpClient.newHttpClient();

    private RealMlflow(Process process, Path folder, int port, String authorization) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.authorization = authorization;
    }

    /** @param folder for its database, its artifacts and its log */
    public static RealMlflow start(Path folder) throws IOException, InterruptedException {
        return start(folder, folder.toAbsolutePath().resolve("artifacts").toString(), List.of(), Map.of(), "");
    }

    /** With MLflow's own basic authentication; its administrator has this name and password. */
    static RealMlflow startProtected(Path folder, String user, String password)
            throws IOException, InterruptedException {
        Path configuration = Files.writeString(folder.resolve("auth.ini"), """
                [mlflow]
                default_permission = NO_PERMISSIONS
                database_uri = sqlite:///%s
                admin_username = %s
                authorization_function = mlflow.server.auth:authenticate_request_basic_auth
                """.formatted(
                        folder.toAbsolutePath().resolve("auth.db"), user));
        return start(
                folder,
                folder.toAbsolutePath().resolve("artifacts").toString(),
                List.of("--app-name", "basic-auth"),
                Map.of(
                        "MLFLOW_AUTH_CONFIG_PATH",
                        configuration.toAbsolutePath().toString(),
                        "MLFLOW_AUTH_ADMIN_PASSWORD",
                        password,
                        "MLFLOW_FLASK_SERVER_SECRET_KEY",
                        "of this test"),
                "Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * With its artifacts in a bucket.
     *
     * @param folder for its database and its log
     */
    static RealMlflow start(Path folder, RealS3 store) throws IOException, InterruptedException {
        return start(folder, "s3://" + store.bucket(), List.of(), store.environment(), "");
    }

    private static RealMlflow start(
            Path folder, String artifacts, List<String> options, Map<String, String> environment, String authorization)
            throws IOException, InterruptedException {
        if (!Files.isExecutable(PYTHON)) {
            throw new IllegalStateException("%s is missing: `make test` makes it".formatted(PYTHON));
        }
        int port = TestPorts.take();
        List<String> command = new ArrayList<>(List.of(
                PYTHON.toAbsolutePath().toString(),
                "-m",
                "mlflow",
                "server",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--workers",
                "1",
                "--backend-store-uri",
                "sqlite:///" + folder.toAbsolutePath().resolve("mlflow.db"),
                "--artifacts-destination",
                artifacts,
                "--serve-artifacts"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mlflow.log").toFile());
        // Ten further Python processes, which nothing here needs.
        builder.environment().put("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
        builder.environment().putAll(environment);
        Process process = builder.start();
        RealMlflow mlflow = new RealMlflow(process, folder, port, authorization);
        mlflow.awaitReady();
        return mlflow;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** The header that this server asks for; empty for an open one. */
    String authorization() {
        return authorization;
    }

    /** Where it keeps artifacts that are not in a bucket. */
    Path artifacts() {
        return folder.resolve("artifacts");
    }

    /**
     * Registers what lies at the address, whoever may have put it there.
     *
     * @param run that it belongs to; empty for none
     * @return its number
     */
    String registerSource(String model, String source, String run) throws IOException, InterruptedException {
        if (get("registered-models/get?name=" + URLEncoder.encode(model, StandardCharsets.UTF_8))
                        .statusCode()
                == 404) {
            post("registered-models/create", JSON.createObjectNode().put("name", model));
        }
        ObjectNode version =
                JSON.createObjectNode().put("name", model).put("source", source).put("run_id", run);
        return post("model-versions/create", version)
                .path("model_version")
                .path("version")
                .asText();
    }

    /** Registers the folder as the model's next version. @return its number */
    public String register(String model, ModelFolder content) throws IOException, InterruptedException {
        return register(model, content.writeTo(Files.createTempDirectory(folder, "model")));
    }

    /** As {@link #register(String, ModelFolder)}, with folders inside. */
    public String register(String model, Path files) throws IOException, InterruptedException {
        ObjectNode run = JSON.createObjectNode().put("experiment_id", "0");
        JsonNode info = post("runs/create", run).path("run").path("info");
        String source = info.path("artifact_uri").asText() + "/model";
        try (Stream<Path> all = Files.walk(files)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                upload(
                        source.replace("mlflow-artifacts:/", "") + "/" + files.relativize(file),
                        Files.readAllBytes(file));
            }
        }
        return registerSource(model, source, info.path("run_id").asText());
    }

    public void pointAlias(String model, String alias, String version) throws IOException, InterruptedException {
        post(
                "registered-models/alias",
                JSON.createObjectNode().put("name", model).put("alias", alias).put("version", version));
    }

    /** With all its versions and aliases. */
    public void deleteModel(String model) throws IOException, InterruptedException {
        send("DELETE", "registered-models/delete", JSON.createObjectNode().put("name", model));
    }

    public void deleteAlias(String model, String alias) throws IOException, InterruptedException {
        send(
                "DELETE",
                "registered-models/alias",
                JSON.createObjectNode().put("name", model).put("alias", alias));
    }

    /** The folder in which its store has the files of a version. */
    public Path filesOf(String model, String version) throws IOException, InterruptedException {
        String query = "model-versions/get-download-uri?name=%s&version=%s".formatted(model, version);
        String uri = JSON.readTree(accepted(get(query))).path("artifact_uri").asText();
        return artifacts().resolve(uri.replaceFirst("mlflow-artifacts:/+", ""));
    }

    public void stop() throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_LIMIT_S);
        while (!isReady()) {
            // Its readiness can only be asked for.
            if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                throw new IllegalStateException(
                        "MLflow did not start: " + Files.readString(folder.resolve("mlflow.log")));
            }
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return http.send(request("/health").build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private HttpResponse<String> get(String call) throws IOException, InterruptedException {
        return http.send(request("/api/2.0/mlflow/" + call).build(), BodyHandlers.ofString());
    }

    private JsonNode post(String call, ObjectNode body) throws IOException, InterruptedException {
        return send("POST", call, body);
    }

    private JsonNode send(String method, String call, ObjectNode body) throws IOException, InterruptedException {
        HttpRequest request = request("/api/2.0/mlflow/" + call)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.toString()))
                .build();
        return JSON.readTree(accepted(sendOnce(request)));
    }

    private void upload(String path, byte[] content) throws IOException, InterruptedException {
        HttpRequest request = request("/api/2.0/mlflow-artifacts/artifacts/" + path)
                .PUT(BodyPublishers.ofByteArray(content))
                .build();
        accepted(sendOnce(request));
    }

    /** On a connection of its own: a write is not repeated when the server closes an idle one. */
    private static HttpResponse<String> sendOnce(HttpRequest request) throws IOException, InterruptedException {
        try (HttpClient once = HttpClient.newHttpClient()) {
            return once.send(request, BodyHandlers.ofString());
        }
    }

    private static String accepted(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.request().uri() + " answered " + response.body());
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }
}
