package dev.sluice.worker.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** MLflow's proxied artifacts over REST: {@code GET /api/2.0/mlflow-artifacts/artifacts[?path=…]}. */
final class MlflowArtifacts implements ArtifactStore {
    private static final String ROUTE = "/api/2.0/mlflow-artifacts/artifacts";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String baseUrl;
    private final TransferLimit limit;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TransferLimit.CONNECT)
            .build();

    MlflowArtifacts(String baseUrl) {
        this(baseUrl, TransferLimit.DEFAULT);
    }

    MlflowArtifacts(String baseUrl, TransferLimit limit) {
        this.limit = limit;
        this.baseUrl = baseUrl.replaceFirst("/+$", "");
    }

    @Override
    public List<ArtifactFile> list(String folder, int mostFiles)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException {
        List<ArtifactFile> files = new ArrayList<>();
        List<String> folders = new ArrayList<>(List.of(""));
        while (!folders.isEmpty()) {
            String within = folders.removeLast();
            String path = within.isEmpty() ? folder : folder + "/" + within;
            for (JsonNode entry : listing(path)) {
                String name = entry.path("path").asText();
                ArtifactFile file = new ArtifactFile(
                        within.isEmpty() ? name : within + "/" + name,
                        entry.path("file_size").asLong(-1));
                if (!file.isSafe()) {
                    throw new CorruptArtifactException("a file's name leaves the folder: " + name);
                }
                if (entry.path("is_dir").asBoolean()) {
                    folders.add(file.path());
                } else {
                    files.add(file);
                }
                if (files.size() + folders.size() > mostFiles) {
                    throw new CorruptArtifactException("it has more than %d files".formatted(mostFiles));
                }
            }
        }
        return files;
    }

    @Override
    public void download(String path, long bytes, Path target)
            throws RegistryUnavailableException, InterruptedException {
        // The client's own limit ends with the headers.
        Duration allowed = limit.of(bytes);
        CompletableFuture<HttpResponse<Path>> copied =
                http.sendAsync(request(ROUTE + "/" + encodedPath(path)), BodyHandlers.ofFile(target));
        try {
            HttpResponse<Path> response = copied.get(allowed.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new RegistryUnavailableException(
                        "MLflow answered %d for the file %s".formatted(response.statusCode(), path), null);
            }
        } catch (ExecutionException e) {
            throw new RegistryUnavailableException("the download of %s broke off: %s".formatted(path, e.getCause()), e);
        } catch (TimeoutException e) {
            throw new RegistryUnavailableException(
                    "the download of %s did not end within %d s".formatted(path, allowed.toSeconds()), e);
        } finally {
            copied.cancel(true);
        }
    }

    private JsonNode listing(String path) throws RegistryUnavailableException, InterruptedException {
        String query = ROUTE + "?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
        HttpResponse<byte[]> response = send(query, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new RegistryUnavailableException(
                    "MLflow answered %d for the listing of %s".formatted(response.statusCode(), path), null);
        }
        try {
            return JSON.readTree(response.body()).path("files");
        } catch (IOException e) {
            throw new RegistryUnavailableException("MLflow's listing of %s is no JSON".formatted(path), e);
        }
    }

    private <T> HttpResponse<T> send(String pathAndQuery, HttpResponse.BodyHandler<T> handler)
            throws RegistryUnavailableException, InterruptedException {
        try {
            return http.send(request(pathAndQuery), handler);
        } catch (IOException e) {
            throw new RegistryUnavailableException("MLflow: " + e, e);
        }
    }

    private HttpRequest request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create(baseUrl + pathAndQuery))
                .timeout(limit.answer())
                .GET()
                .build();
    }

    private static String encodedPath(String path) {
        return Arrays.stream(path.split("/"))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }
}
