package dev.sluice.frontend.body;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import dev.sluice.http.HttpEdge;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads a request's body into memory (never a disk), counting its bytes and its time while it arrives. */
public final class BodyReader {
    private final Vertx vertx;
    private final InputLimits limits;
    private final BytesInFlight inFlight;

    public BodyReader(Vertx vertx, InputLimits limits, BytesInFlight inFlight) {
        this.vertx = vertx;
        this.limits = limits;
        this.inFlight = inFlight;
    }

    /** @throws InputRefusedException when the headers say already that the body will not be read */
    public void requireReadable(HttpServerRequest request) {
        requireUncompressed(request);
        requireBoundary(request);
        requireLength(declaredLength(request));
    }

    /**
     * Call it before the first byte can be missed. Fails with {@link InputRefusedException} or {@link TooManyBytesInFlightException},
     * or as its use does.
     *
     * @param use after which nobody holds the body any more
     */
    public <T> Future<T> read(RoutingContext exchange, Function<RequestBody, Future<T>> use) {
        BytesInFlight.Share share = inFlight.share();
        exchange.addEndHandler(_ -> share.release());
        return new Arrival(exchange, share).whole().compose(use).onComplete(_ -> share.release());
    }

    private void requireLength(long length) {
        if (length > limits.bodyBytes()) {
            throw new InputRefusedException(
                    Reason.TOO_LARGE,
                    "the body is larger than " + limits.bodyBytes() + " bytes (--body-limit): send less at once");
        }
    }

    private static void requireUncompressed(HttpServerRequest request) {
        String coding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            throw new InputRefusedException(
                    Reason.WRONG_CONTENT_CODING, "the body is compressed: send it without Content-Encoding");
        }
    }

    private static void requireBoundary(HttpServerRequest request) {
        HeaderParameters contentType = contentType(request);
        if (contentType.value().equals(MultipartForm.MEDIA_TYPE)) {
            MultipartForm.requireBoundary(contentType);
        }
    }

    private static HeaderParameters contentType(HttpServerRequest request) {
        return HeaderParameters.parse(request.getHeader(HttpHeaders.CONTENT_TYPE));
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw new InputRefusedException(
                    Reason.MALFORMED, "Content-Length is not a number: send the number of bytes");
        }
    }

    /** One body on its way. */
    private final class Arrival {
        private final HttpServerRequest request;
        private final Promise<RequestBody> whole = Promise.promise();
        private final Pieces body = new Pieces();
        private final BytesInFlight.Share share;
        private final long timer;
        private long arrived;

        Arrival(RoutingContext exchange, BytesInFlight.Share share) {
            this.request = exchange.request();
            this.share = share;
            this.timer = vertx.setTimer(limits.arriveWithin().toMillis(), _ -> tooSlow());
        }

        Future<RequestBody> whole() {
            request.exceptionHandler(this::broken);
            request.handler(this::count).endHandler(_ -> end());
            HttpEdge.wantBody(request);
            return whole.future().onComplete(_ -> leave());
        }

        private void count(Buffer chunk) {
            if (whole.future().isComplete()) {
                return;
            }
            arrived += chunk.length();
            try {
                requireLength(arrived);
                share.add(chunk.length());
            } catch (InputRefusedException | TooManyBytesInFlightException refused) {
                whole.tryFail(refused);
                return;
            }
            body.add(chunk);
        }

        private void end() {
            if (whole.future().isComplete()) {
                return;
            }
            try {
                whole.tryComplete(read());
            } catch (InputRefusedException refused) {
                whole.tryFail(refused);
            }
        }

        private RequestBody read() {
            HttpEdge.bodyFault(request).ifPresent(fault -> {
                throw new InputRefusedException(Reason.MALFORMED, fault);
            });
            if (arrived == 0) {
                throw new InputRefusedException(Reason.EMPTY, "the body is empty: send rows or pictures in it");
            }
            HeaderParameters contentType = contentType(request);
            return contentType.value().equals(MultipartForm.MEDIA_TYPE)
                    ? new RequestBody.Form(MultipartForm.files(contentType, body.whole(), limits.pictures()))
                    : new RequestBody.Plain(contentType.value(), body.whole());
        }

        /** The request lives on until it is answered, and would keep the body. */
        private void leave() {
            vertx.cancelTimer(timer);
            request.handler(null).endHandler(null).exceptionHandler(null);
        }

        private void broken(Throwable gone) {
            whole.tryFail(new InputRefusedException(
                    Reason.MALFORMED, "the connection failed within the body: send it again"));
        }

        private void tooSlow() {
            whole.tryFail(new InputRefusedException(
                    Reason.TOO_SLOW,
                    "the body did not arrive within %d s (--body-timeout): send it faster, or less of it"
                            .formatted(limits.arriveWithin().toSeconds())));
        }
    }

    /** Bytes as they arrived, copied once at most, when all are there: a buffer that grows would copy them several times. */
    private static final class Pieces {
        private final List<Buffer> pieces = new ArrayList<>();
        private int length;

        void add(Buffer piece) {
            pieces.add(piece);
            length += piece.length();
        }

        /** Once only. */
        byte[] whole() {
            if (pieces.size() == 1) {
                return bytesOf(pieces.removeFirst());
            }
            byte[] whole = new byte[length];
            int at = 0;
            for (Buffer piece : pieces) {
                piece.getBytes(whole, at);
                at += piece.length();
            }
            pieces.clear();
            return whole;
        }

        /** Those under the piece where it is made of nothing else: nobody else has it. */
        private static byte[] bytesOf(Buffer piece) {
            ByteBuf under = ((BufferInternal) piece).getByteBuf();
            boolean isAll = under.hasArray() && under.arrayOffset() == 0 && under.array().length == piece.length();
            return isAll ? under.array() : piece.getBytes();
        }
    }
}
