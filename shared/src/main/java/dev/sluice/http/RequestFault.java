package dev.sluice.http;

import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.ContentLengthNotAllowedException;
import io.netty.handler.codec.http.InvalidChunkExtensionException;
import io.netty.handler.codec.http.InvalidChunkTerminationException;
import io.netty.handler.codec.http.InvalidLineSeparatorException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.TransferEncodingNotAllowedException;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a request violates HTTP. The decoder's own messages are not used, because they quote the client and name classes.
 *
 * @param status between 400 and 499
 */
public record RequestFault(int status, String detail) {
    static final int BAD_REQUEST = 400;
    static final int EXPECTATION_FAILED = 417;
    private static final int URI_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;

    /** Carries a fault through the decoder's result; no stack trace, because the fault is the client's. */
    static final class Refused extends RuntimeException {
        private final transient RequestFault fault;

        Refused(int status, String detail) {
            super(detail, null, false, false);
            this.fault = new RequestFault(status, detail);
        }
    }

    /** The fault of a request that was passed to the handler of invalid requests. */
    static RequestFault ofHead(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        return switch (cause) {
            case Refused refused -> refused.fault;
            case TooLongHttpLineException _ ->
                new RequestFault(URI_TOO_LONG, "the request line is too long: shorten the address");
            case TooLongHttpHeaderException _ ->
                new RequestFault(HEADERS_TOO_LARGE, "the headers are too large: send fewer or shorter ones");
            case null, default -> new RequestFault(BAD_REQUEST, headDetail(cause));
        };
    }

    private static String headDetail(@Nullable Throwable cause) {
        return switch (cause) {
            case InvalidLineSeparatorException _ ->
                "a line of the request's head does not end with CR LF: end each line with both";
            case ContentLengthNotAllowedException _ ->
                "the request has both Content-Length and Transfer-Encoding: send one of them";
            case TransferEncodingNotAllowedException _ ->
                "Transfer-Encoding needs HTTP/1.1: send Content-Length, or use HTTP/1.1";
            case PrematureChannelClosureException _ -> "the connection ended within the request's head: send all of it";
            case null, default ->
                "the request's head is not valid HTTP/1.1: check the request line, the names of the headers and their values";
        };
    }

    /** The fault of a body with invalid chunks. */
    static String bodyDetail(@Nullable Throwable cause) {
        return switch (cause) {
            case InvalidChunkTerminationException _ ->
                "a chunk is longer or shorter than its size says: end each chunk with CR LF after as many bytes as announced";
            case InvalidChunkExtensionException _ -> "a chunk extension is malformed: leave chunk extensions out";
            case NumberFormatException _ ->
                "the size of a chunk is not a hexadecimal number below 80000000: correct it";
            case TooLongHttpHeaderException _ -> "the trailers are too large: leave them out";
            case null, default -> "the chunked body is malformed: check the sizes of its chunks and its trailers";
        };
    }
}
