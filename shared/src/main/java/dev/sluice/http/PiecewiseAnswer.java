package dev.sluice.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** A body that is sent in pieces, as fast as the client reads: the network layer buffers a few pieces, not the whole body. */
public final class PiecewiseAnswer {
    private static final int PIECE_BYTES = 32 * 1024;

    private final HttpServerResponse response;
    private final Buffer body;
    private int sent;

    private PiecewiseAnswer(HttpServerResponse response, Buffer body) {
        this.response = response;
        this.body = body;
    }

    /** Sends the body and ends the response; set all other headers before. */
    public static void send(HttpServerResponse response, Buffer body) {
        if (body.length() <= PIECE_BYTES) {
            response.end(body);
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
            new PiecewiseAnswer(response, body).go();
        }
    }

    private void go() {
        while (!response.closed() && !response.writeQueueFull()) {
            int end = Math.min(sent + PIECE_BYTES, body.length());
            Buffer piece = body.slice(sent, end);
            sent = end;
            if (end == body.length()) {
                response.drainHandler(null).end(piece);
                return;
            }
            response.write(piece);
        }
        response.drainHandler(_ -> go());
    }
}
