package dev.sluice.frontend.http;

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
        exchange.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .end(json);
    }
}
