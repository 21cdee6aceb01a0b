package dev.sluice.worker.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** MLflow's proxied artifacts over REST: {@code GET /api/2.0/mlflow-artifacts/artifacts[?path=…]}. */
final class MlflowArtifacts implements ArtifactStore {
    private static final String ROUTE = "/api/2.0/mlflow-artifacts/artifacts";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final MlflowHttp http;
    private final TransferLimit limit;

    MlflowArtifacts(MlflowHttp http) {
        this(http, TransferLimit.DEFAULT);
    }

    MlflowArtifacts(MlflowHttp http, TransferLimit limit) {
        this.http = http;
        this.limit = limit;
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
                    throw new CorruptArtifactException(
                            "the file name %s leaves the folder of the version: rename the file".formatted(name));
                }
                if (entry.path("is_dir").asBoolean()) {
                    folders.add(file.path());
                } else {
                    files.add(file);
                }
                if (files.size() + folders.size() > mostFiles) {
                    throw new CorruptArtifactException(
                            "the version has more than %d files: log the model without the files that it does not need"
                                    .formatted(mostFiles));
                }
            }
        }
        return files;
    }

    @Override
    public void download(String path, long bytes, Path target)
            throws RegistryUnavailableException, InterruptedException {
        http.file(ROUTE + "/" + encodedPath(path), "the file " + path, target, limit.of(bytes));
    }

    private JsonNode listing(String path) throws RegistryUnavailableException, InterruptedException {
        String query = ROUTE + "?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
        return http.read(query, "the list of files in " + path, limit.answer(), MlflowArtifacts::filesIn);
    }

    private static JsonNode filesIn(String body) throws IOException {
        JsonNode listing = JSON.readTree(body);
        if (!listing.isObject()) {
            throw new IOException("no listing");
        }
        return listing.path("files");
    }

    private static String encodedPath(String path) {
        return Arrays.stream(path.split("/"))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }
}
