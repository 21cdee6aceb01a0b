package dev.sluice.monitor.retraining;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where Alertmanager reports. It sends again what is not answered with 200, so only what may be tried again is answered otherwise. */
public final class AlertHook {
    private static final Logger LOG = LoggerFactory.getLogger(AlertHook.class);
    private static final int MOST_BYTES = 1 << 20;

    private final Retrainings retrainings;
    private final byte[] authorization;

    /** @param token that a report must bear */
    public AlertHook(Retrainings retrainings, String token) {
        this.retrainings = retrainings;
        this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }

    public void report(HttpServerRequest request) {
        String given = request.getHeader("Authorization");
        if (given == null || !MessageDigest.isEqual(authorization, given.getBytes(StandardCharsets.UTF_8))) {
            answer(request, 401, "it needs the token of --hook-token as 'Authorization: Bearer …'");
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > MOST_BYTES) {
                request.handler(null).endHandler(null);
                answer(request, 413, "at most " + MOST_BYTES + " bytes");
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> read(request, body.getBytes()));
    }

    private void read(HttpServerRequest request, byte[] body) {
        List<Alert> asking;
        try {
            asking = Alert.askingIn(body);
        } catch (IllegalArgumentException e) {
            answer(request, 400, String.valueOf(e.getMessage()));
            return;
        }
        Future<JsonArray> answers = Future.succeededFuture(new JsonArray());
        for (Alert alert : asking) {
            answers = answers.compose(before -> retrainings
                    .ask(alert)
                    .map(answer -> before.add(new JsonObject()
                            .put("alert", alert.name())
                            .put("model", alert.model())
                            .put("retraining", answer))));
        }
        answers.onSuccess(all -> send(request, 200, new JsonObject().put("alerts", all)))
                .onFailure(failure -> {
                    LOG.warn("an alert could not be answered: {}", String.valueOf(failure.getMessage()));
                    answer(request, 503, "it cannot be answered now: " + failure.getMessage());
                });
    }

    private static void answer(HttpServerRequest request, int status, String detail) {
        send(request, status, new JsonObject().put("detail", detail));
    }

    private static void send(HttpServerRequest request, int status, JsonObject body) {
        if (!request.response().ended() && !request.response().closed()) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(body.toBuffer());
        }
    }
}
