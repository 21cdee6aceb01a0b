package dev.sluice.worker.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.settings.Address;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * GET requests to one MLflow server. REST and artifact requests alike carry its credentials, trust its certificates, and end in time. No
 * redirect is followed: the credentials are for this server only.
 */
final class MlflowHttp implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_QUOTED = 300;

    private final MlflowServer server;
    private final HttpClient client;

    MlflowHttp(MlflowServer server) {
        this.server = server;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TransferLimit.CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(server.trust())
                .build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** What the text of an answer means. */
    interface Reader<T> {
        /** @throws IOException when MLflow would not answer so */
        T read(String body) throws IOException;
    }

    /**
     * @param route path and query
     * @param what is requested, as messages name it
     */
    <T> T read(String route, String what, Duration limit, Reader<T> reader)
            throws RegistryUnavailableException, InterruptedException {
        HttpResponse<String> response =
                send(route, what, BodyHandlers.limiting(BodyHandlers.ofString(), MOST_BYTES), limit);
        if (response.statusCode() != 200) {
            throw new RegistryUnavailableException(faultOf(response, response.body(), what));
        }
        try {
            return reader.read(response.body());
        } catch (IOException e) {
            throw new RegistryUnavailableException(
                    notMlflow("answers with %s that MLflow does not write".formatted(contentType(response)), what), e);
        }
    }

    /** @param limit for the whole file; the client's own limit ends with the headers */
    void file(String route, String what, Path target, Duration limit)
            throws RegistryUnavailableException, InterruptedException {
        HttpResponse<Path> response = send(route, what, BodyHandlers.ofFile(target), limit);
        if (response.statusCode() != 200) {
            throw new RegistryUnavailableException(faultOf(response, "", what));
        }
    }

    private <T> HttpResponse<T> send(String route, String what, BodyHandler<T> handler, Duration limit)
            throws RegistryUnavailableException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + route)).GET();
        server.authorization().ifPresent(header -> request.setHeader("Authorization", header));
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request.build(), handler);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RegistryUnavailableException(
                    new RegistryFault.Away("MLflow at %s does not send %s (%s): check %s"
                            .formatted(server, what, describe(cause), settingFor(cause))),
                    cause);
        } catch (TimeoutException e) {
            throw new RegistryUnavailableException(
                    new RegistryFault.Away("MLflow at %s does not send %s within %d s: check the server and the network"
                            .formatted(server, what, limit.toSeconds())),
                    e);
        } finally {
            answer.cancel(true);
        }
    }

    private RegistryFault faultOf(HttpResponse<?> response, String body, String what) {
        int status = response.statusCode();
        JsonNode error = errorIn(body);
        String said = quoted(error.path("message").asText(contentType(response).startsWith("text/plain") ? body : ""));
        String answer = "answers %d%s".formatted(status, said.isEmpty() ? "" : " '" + said + "'");
        return switch (status) {
            case 401 ->
                new RegistryFault.Refused(
                        "MLflow at %s refuses %s (401): %s MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
                                .formatted(server, what, server.authorization().isEmpty() ? "set" : "correct"));
            case 403 ->
                new RegistryFault.Refused(
                        body.startsWith("Invalid Host")
                                ? "MLflow at %s refuses the host name %s (403): list it in the server's --allowed-hosts"
                                        .formatted(server, server.url().getHost())
                                : "MLflow at %s refuses %s (403): give the user of MLFLOW_TRACKING_USERNAME the permission READ"
                                        .formatted(server, what));
            case 301, 302, 303, 307, 308 -> notMlflow("redirects to " + target(response), what);
            case 404 ->
                error.has("error_code") || what.startsWith("the file")
                        ? new RegistryFault.Gone(
                                "MLflow at %s has no %s (%s): point the alias to a version that is complete"
                                        .formatted(
                                                server, what.replaceFirst("^the ", ""), said.isEmpty() ? "404" : said))
                        : notMlflow(answer, what);
            case 429, 502, 503, 504 ->
                new RegistryFault.Away(
                        "MLflow at %s %s for %s: check the server's load and log".formatted(server, answer, what));
            default ->
                new RegistryFault.Failing(
                        "MLflow at %s %s for %s: see the server's log".formatted(server, answer, what));
        };
    }

    private RegistryFault notMlflow(String answer, String what) {
        return new RegistryFault.NotMlflow(
                "%s %s for %s: give the address of MLflow itself, with its path prefix, in --mlflow"
                        .formatted(server, answer, what));
    }

    private static String target(HttpResponse<?> response) {
        String location = response.headers().firstValue("Location").orElse("an unnamed place");
        return quoted(Address.withoutCredentials(location));
    }

    private static String contentType(HttpResponse<?> response) {
        return quoted(response.headers().firstValue("Content-Type").orElse("an unnamed content type"));
    }

    private static JsonNode errorIn(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    private static String quoted(String text) {
        String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MOST_QUOTED ? line : line.substring(0, MOST_QUOTED) + "…";
    }

    private static String describe(Throwable cause) {
        if (cause.getCause() instanceof UnresolvedAddressException) {
            return "unknown host";
        }
        return switch (cause) {
            case ConnectException _ -> "connection refused";
            case HttpTimeoutException _ -> "no connection in time";
            case SSLException tls -> "TLS: " + quoted(String.valueOf(tls.getMessage()));
            case IOException broken -> "connection broken: " + quoted(String.valueOf(broken.getMessage()));
            default -> quoted(cause.toString());
        };
    }

    private static String settingFor(Throwable cause) {
        return cause instanceof SSLException
                ? "the server's certificate and --mlflow-ca"
                : "that the server runs and --mlflow names it";
    }
}
