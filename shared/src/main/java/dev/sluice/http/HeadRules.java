package dev.sluice.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of RFC 9110 and 9112 for a request's head beyond the grammar, which the decoder checks. */
final class HeadRules {
    private static final Pattern ABSOLUTE = Pattern.compile("https?://[^/?#]", Pattern.CASE_INSENSITIVE);

    private HeadRules() {}

    /** A request that breaks a rule gets a failed decoder result; a later HTTP/1 version is treated as HTTP/1.1. */
    static void apply(HttpRequest request) {
        RequestFault.@Nullable Refused refused = version(request);
        if (request.decoderResult().isFailure()) {
            return;
        }
        if (refused == null) {
            refused = host(request);
        }
        if (refused == null) {
            refused = coding(request);
        }
        if (refused == null) {
            refused = expectation(request);
        }
        if (refused == null) {
            refused = target(request);
        }
        if (refused != null) {
            request.setDecoderResult(DecoderResult.failure(refused));
        }
    }

    static boolean awaitsContinue(HttpRequest request) {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.headers().contains(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true);
    }

    /** 400, not 505: a 5xx status would blame the server. */
    private static RequestFault.@Nullable Refused version(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        boolean isOld = version.equals(HttpVersion.HTTP_1_0);
        // Vert.x compares these two by identity.
        request.setProtocolVersion(isOld ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
        return version.majorVersion() == 1
                ? null
                : new RequestFault.Refused(
                        RequestFault.BAD_REQUEST, "only HTTP/1.1 and HTTP/1.0 are spoken here: use one of them");
    }

    private static RequestFault.@Nullable Refused host(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        String detail = null;
        if (hosts.size() > 1) {
            detail = "there is more than one Host header: send one";
        } else if (hosts.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            detail = "the Host header is missing: HTTP/1.1 needs it";
        } else if (!hosts.isEmpty() && HostAndPort.parseAuthority(hosts.getFirst(), -1) == null) {
            detail = "the Host header is not the name or address of a host: send it as host or host:port";
        }
        return detail == null ? null : new RequestFault.Refused(RequestFault.BAD_REQUEST, detail);
    }

    /** The end of a body in another transfer coding is unknown, so the body would be read as the next request. */
    private static RequestFault.@Nullable Refused coding(HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean readable = codings.isEmpty()
                || (codings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                codings.getFirst().strip()));
        return readable
                ? null
                : new RequestFault.Refused(
                        RequestFault.BAD_REQUEST,
                        "Transfer-Encoding is not chunked alone: send the body chunked, or with Content-Length");
    }

    private static RequestFault.@Nullable Refused expectation(HttpRequest request) {
        boolean met = request.headers().getAll(HttpHeaderNames.EXPECT).stream()
                .allMatch(expected -> HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expected.strip()));
        return met
                ? null
                : new RequestFault.Refused(
                        RequestFault.EXPECTATION_FAILED,
                        "Expect asks for something else than 100-continue: leave the header out");
    }

    private static RequestFault.@Nullable Refused target(HttpRequest request) {
        String target = request.uri();
        boolean aboutTheServer = target.equals("*") && request.method().equals(HttpMethod.OPTIONS);
        return target.startsWith("/") || ABSOLUTE.matcher(target).lookingAt() || aboutTheServer
                ? null
                : new RequestFault.Refused(RequestFault.BAD_REQUEST, "the address does not start with '/': add it");
    }
}
