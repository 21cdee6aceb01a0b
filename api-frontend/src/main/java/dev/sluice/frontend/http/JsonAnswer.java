package dev.sluice.frontend.http;

import dev.sluice.http.PiecewiseAnswer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Sends JSON with a status. */
final class JsonAnswer {
    static final String MEDIA_TYPE = "application/json";

    private JsonAnswer() {}

    static void send(RoutingContext exchange, int status, JsonObject body) {
        send(exchange, status, body.encode());
    }

    static void send(RoutingContext exchange, int status, String json) {
        if (exchange.response().closed() || exchange.response().ended()) {
            return;
        }
        exchange.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE);
        PiecewiseAnswer.send(exchange.response(), Buffer.buffer(json));
    }
}
