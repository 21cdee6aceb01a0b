package dev.sluice.frontend.body;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a request's body into memory (never a disk), counting its bytes and its time while it arrives. */
public final class BodyReader {
    static final String MULTIPART = "multipart/form-data";

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

    /** Lower case, without parameters. */
    static String mediaType(@Nullable String contentType) {
        return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private void requireLength(long length) {
        if (length > limits.bodyBytes()) {
            throw new InputRefusedException(
                    Reason.TOO_LARGE, "a body may have at most " + limits.bodyBytes() + " bytes (--body-limit)");
        }
    }

    private static void requireUncompressed(HttpServerRequest request) {
        String coding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            throw new InputRefusedException(
                    Reason.WRONG_CONTENT_TYPE, "compressed bodies are not read: send it without Content-Encoding");
        }
    }

    private static void requireBoundary(HttpServerRequest request) {
        String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (contentType != null && mediaType(contentType).equals(MULTIPART) && !contentType.contains("boundary=")) {
            throw new InputRefusedException(
                    Reason.MALFORMED, "multipart/form-data without a boundary: let the client set Content-Type itself");
        }
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw new InputRefusedException(Reason.MALFORMED, "Content-Length is not a number");
        }
    }

    /** One body on its way. */
    private final class Arrival {
        private final HttpServerRequest request;
        private final Promise<RequestBody> whole = Promise.promise();
        private final Pieces body = new Pieces();
        private final List<Pieces> files = new ArrayList<>();
        private final boolean multipart;
        private final BytesInFlight.Share share;
        private final long timer;
        private long arrived;
        private int filesWhole;

        Arrival(RoutingContext exchange, BytesInFlight.Share share) {
            this.request = exchange.request();
            this.share = share;
            this.multipart =
                    mediaType(request.getHeader(HttpHeaders.CONTENT_TYPE)).equals(MULTIPART);
            this.timer = vertx.setTimer(limits.arriveWithin().toMillis(), _ -> tooSlow());
        }

        Future<RequestBody> whole() {
            request.exceptionHandler(this::broken);
            if (multipart) {
                request.setExpectMultipart(true).uploadHandler(this::file);
            }
            request.handler(this::count).endHandler(_ -> end());
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
            if (!multipart) {
                body.add(chunk);
            }
        }

        private void file(HttpServerFileUpload upload) {
            Pieces file = new Pieces();
            files.add(file);
            upload.handler(chunk -> {
                if (!whole.future().isComplete()) {
                    file.add(chunk);
                }
            });
            upload.endHandler(_ -> filesWhole++).exceptionHandler(this::broken);
        }

        private void end() {
            if (arrived == 0) {
                whole.tryFail(new InputRefusedException(Reason.EMPTY, "the body is empty"));
            } else if (filesWhole < files.size()) {
                whole.tryFail(new InputRefusedException(Reason.MALFORMED, "the form ends within a file"));
            } else if (multipart) {
                whole.tryComplete(
                        new RequestBody.Form(files.stream().map(Pieces::whole).toList()));
            } else {
                whole.tryComplete(
                        new RequestBody.Plain(mediaType(request.getHeader(HttpHeaders.CONTENT_TYPE)), body.whole()));
            }
        }

        /** The request lives on until it is answered, and would keep the body. */
        private void leave() {
            vertx.cancelTimer(timer);
            request.handler(null).endHandler(null).exceptionHandler(null);
        }

        private void broken(Throwable cause) {
            whole.tryFail(
                    new InputRefusedException(Reason.MALFORMED, "the body cannot be read: " + cause.getMessage()));
        }

        private void tooSlow() {
            whole.tryFail(new InputRefusedException(
                    Reason.TOO_SLOW,
                    "the body did not arrive within " + limits.arriveWithin().toSeconds() + " s"));
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
