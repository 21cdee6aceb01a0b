package dev.sluice.frontend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client of the interface; every answer is held against the OpenAPI document. */
final class Caller implements AutoCloseable {
    private static final Contract INTERFACE = new Contract("openapi.json");
    private static final Contract MANAGEMENT = new Contract("management.json");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final Contract contract;

    Caller(String base) {
        this(base, INTERFACE);
    }

    private Caller(String base, Contract contract) {
        this.base = base;
        this.contract = contract;
    }

    static Caller ofManagement(String base) {
        return new Caller(base, MANAGEMENT);
    }

    Answer get(String path, String... headers) {
        return send("GET", path, request(path, headers).GET());
    }

    Answer delete(String path) {
        return send("DELETE", path, request(path).DELETE());
    }

    Answer postJson(String path, String json, String... headers) {
        return post(path, "application/json", json.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer post(String path, String contentType, byte[] body, String... headers) {
        HttpRequest.Builder request = request(path, headers).POST(BodyPublishers.ofByteArray(body));
        return send("POST", path, contentType.isEmpty() ? request : request.header("Content-Type", contentType));
    }

    Answer post(String path, Multipart form) {
        return post(path, form.contentType(), form.bytes());
    }

    CompletableFuture<Answer> postJsonLater(String path, String json, String... headers) {
        HttpRequest request = request(path, headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build();
        return http.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(response -> {
            Answer answer = new Answer(response);
            contract.hold("POST", path, answer);
            return answer;
        });
    }

    Answer send(String method, String path, HttpRequest.Builder request) {
        try {
            Answer answer = new Answer(http.send(request.build(), BodyHandlers.ofByteArray()));
            contract.hold(method, path, answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A GET of what is not in the document. */
    Answer plainly(String path) {
        try {
            return new Answer(http.send(request(path).build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
        return headers.length == 0 ? request : request.headers(headers);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
