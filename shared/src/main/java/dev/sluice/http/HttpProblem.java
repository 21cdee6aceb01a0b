package dev.sluice.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** A problem document (RFC 9457). */
public record HttpProblem(int status, String slug, String title, String detail) {
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPES = "urn:sluice:problem:";

    /** Uses the reason phrase of the status as title. */
    public static HttpProblem of(int status, String detail) {
        String name = HttpResponseStatus.valueOf(status).reasonPhrase();
        return new HttpProblem(status, name.toLowerCase(Locale.ROOT).replace(' ', '-'), name, detail);
    }

    public JsonObject body() {
        return new JsonObject()
                .put("type", TYPES + slug)
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
    }

    /** Does nothing if the client has disconnected or an answer has started. */
    public void send(HttpServerRequest request) {
        var response = request.response();
        if (!response.ended() && !response.closed() && !response.headWritten()) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                    .end(body().toBuffer());
        }
    }
}
