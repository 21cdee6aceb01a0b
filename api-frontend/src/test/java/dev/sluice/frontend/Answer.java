package dev.sluice.frontend;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** An HTTP answer, with what tests ask of it. */
record Answer(HttpResponse<byte[]> response) {
    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    String text() {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    JsonObject json() {
        return new JsonObject(text());
    }

    String mediaType() {
        return header("Content-Type").split(";", 2)[0];
    }

    /** The last part of a problem's type. */
    String problem() {
        return json().getString("type").replaceFirst("urn:sluice:problem:", "");
    }

    JsonArray errors() {
        return json().getJsonArray("errors", new JsonArray());
    }

    JsonArray predictions() {
        return json().getJsonArray("predictions");
    }

    double firstValue() {
        return predictions().getJsonObject(0).getDouble("value");
    }

    int retryAfter() {
        return Integer.parseInt(header("Retry-After"));
    }
}
