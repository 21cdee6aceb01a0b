package dev.sluice.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client as people write it: plain HTTP with a time limit. */
public final class SluiceClient {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String BOUNDARY = "a-boundary-of-the-system-tests";

    private final String base;

    public SluiceClient(String base) {
        this.base = base;
    }

    /** A status and a body of JSON (a missing node where there is none). */
    public record Answer(int status, JsonNode body, HttpResponse<byte[]> response) {
        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode prediction(int item) {
            return body.path("predictions").path(item);
        }
    }

    public Answer get(String path, String... headers) {
        return await(send(request(path, headers).GET().build()));
    }

    public Answer delete(String path) {
        return await(send(request(path).DELETE().build()));
    }

    public Answer postJson(String path, String json, String... headers) {
        return await(postJsonAsync(path, json, headers));
    }

    public CompletableFuture<Answer> postJsonAsync(String path, String json, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    public Answer post(String path, String contentType, byte[] body, String... headers) {
        return await(postAsync(path, contentType, body, headers));
    }

    public CompletableFuture<Answer> postAsync(String path, String contentType, byte[] body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    /** As {@code curl -F field=@file} does it, once for each file. */
    public Answer postFiles(String path, String field, List<Path> files) {
        return post(path, "multipart/form-data; boundary=" + BOUNDARY, multipart(field, files));
    }

    public static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] multipart(String field, List<Path> files) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Path file : files) {
            body.writeBytes(("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                            + "Content-Type: application/octet-stream\r\n\r\n")
                    .formatted(BOUNDARY, field, file.getFileName())
                    .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(read(file));
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(LIMIT);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static CompletableFuture<Answer> send(HttpRequest request) {
        return HTTP.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(SluiceClient::answer);
    }

    private static Answer answer(HttpResponse<byte[]> response) {
        boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
        try {
            return new Answer(
                    response.statusCode(), json ? JSON.readTree(response.body()) : JSON.missingNode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Answer await(CompletableFuture<Answer> answer) {
        return answer.orTimeout(90, java.util.concurrent.TimeUnit.SECONDS).join();
    }
}
