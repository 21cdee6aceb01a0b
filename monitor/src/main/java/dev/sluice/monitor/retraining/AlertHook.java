package dev.sluice.monitor.retraining;

import dev.sluice.http.HttpEdge;
import dev.sluice.http.HttpProblem;
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

/**
 * The webhook for Alertmanager, which repeats a report that is not answered with 200. So only reports that may be repeated get another
 * status.
 */
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
            answer(
                    request,
                    401,
                    "the token is missing or wrong: send that of --hook-token as 'Authorization: Bearer …'");
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > MOST_BYTES) {
                request.handler(null).endHandler(null);
                answer(request, 413, "the report is larger than " + MOST_BYTES + " bytes: send fewer alerts at once");
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> HttpEdge.bodyFault(request)
                .ifPresentOrElse(fault -> answer(request, 400, fault), () -> read(request, body.getBytes())));
        HttpEdge.wantBody(request);
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
                    LOG.warn("Cannot handle an alert: {}", String.valueOf(failure.getMessage()));
                    answer(request, 503, "the retraining cannot be requested now: " + failure.getMessage());
                });
    }

    private static void answer(HttpServerRequest request, int status, String detail) {
        HttpProblem.of(status, detail).send(request);
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
