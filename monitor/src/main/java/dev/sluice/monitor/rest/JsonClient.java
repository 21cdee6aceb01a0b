package dev.sluice.monitor.rest;

import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of another server's REST interface. */
public final class JsonClient {
    private static final int CONNECT_WITHIN_MS = 2_000;
    private static final int WITHIN_SECONDS = 20;
    /** Ends the connection, too: one that only the caller gives up stays in the pool, which has five of them. */
    private static final int SILENT_MS = 10_000;

    private static final int NOT_FOUND = 404;

    private final HttpClient http;
    private final String base;
    private final String basic;
    private final int silentMs;

    /** @param address before every path; its user and password are sent as basic authentication */
    public JsonClient(Vertx vertx, Address address) {
        this(vertx, address, SILENT_MS);
    }

    JsonClient(Vertx vertx, Address address, int silentMs) {
        this.silentMs = silentMs;
        this.http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(CONNECT_WITHIN_MS));
        this.base = address.base();
        this.basic = address.credentials().map(JsonClient::basic).orElse("");
    }

    public Future<JsonObject> get(String path, String token) {
        return send(HttpMethod.GET, path, token, null);
    }

    /** Empty if the server knows nothing at this path (404). */
    public Future<Optional<JsonObject>> find(String path, String token) {
        return get(path, token)
                .map(Optional::of)
                .recover(failure -> failure instanceof RefusedException refused && refused.status() == NOT_FOUND
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    public Future<JsonObject> post(String path, String token, JsonObject body) {
        return send(HttpMethod.POST, path, token, body);
    }

    /** @param token for a bearer; empty for none */
    private Future<JsonObject> send(HttpMethod method, String path, String token, @Nullable JsonObject body) {
        RequestOptions options = new RequestOptions()
                .setAbsoluteURI(base + path)
                .setMethod(method)
                .setIdleTimeout(silentMs)
                .putHeader("Accept", "application/json");
        String authorization = token.isEmpty() ? basic : "Bearer " + token;
        if (!authorization.isEmpty()) {
            options.putHeader("Authorization", authorization);
        }
        if (body != null) {
            options.putHeader("Content-Type", "application/json");
        }
        return http.request(options)
                .compose(request -> body == null ? request.send() : request.send(body.toBuffer()))
                .compose(response -> response.body().map(text -> {
                    if (response.statusCode() / 100 != 2) {
                        throw new RefusedException(
                                response.statusCode(),
                                "%s %s answered %d (%s)"
                                        .formatted(method, base + path, response.statusCode(), start(text.toString())));
                    }
                    return text.toJsonObject();
                }))
                .timeout(WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    private static String basic(Address.Credentials credentials) {
        byte[] pair = (credentials.user() + ":" + credentials.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static String start(String text) {
        return text.length() > 200 ? text.substring(0, 200) : text;
    }

    /** The server has answered with a status other than 2xx. */
    private static final class RefusedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;
        private final int status;

        RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
