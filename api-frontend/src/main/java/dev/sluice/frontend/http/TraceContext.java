package dev.sluice.frontend.http;

import io.vertx.core.http.HttpServerRequest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** W3C trace context (https://www.w3.org/TR/trace-context/): the caller's trace with a span of our own, or a new one. */
record TraceContext(String traceId, String spanId, String flags) {
    static final String HEADER = "traceparent";

    private static final Pattern FORM = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");
    private static final SecureRandom RANDOM = new SecureRandom();

    static TraceContext of(HttpServerRequest request) {
        return of(request.getHeader(HEADER));
    }

    /** A header that is no trace context is as good as none. */
    static TraceContext of(@Nullable String header) {
        Matcher matcher = FORM.matcher(header == null ? "" : header);
        boolean valid = matcher.matches() && !isZero(matcher.group(1)) && !isZero(matcher.group(2));
        return valid
                ? new TraceContext(matcher.group(1), random(8), matcher.group(3))
                : new TraceContext(random(16), random(8), "00");
    }

    @Override
    public String toString() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }

    private static boolean isZero(String hex) {
        return hex.chars().allMatch(digit -> digit == '0');
    }

    private static String random(int bytes) {
        byte[] bits = new byte[bytes];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }
}
