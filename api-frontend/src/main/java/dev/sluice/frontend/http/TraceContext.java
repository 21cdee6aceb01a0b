package dev.sluice.frontend.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** W3C trace context (https://www.w3.org/TR/trace-context/): the caller's trace with a span of our own, or a new one. */
record TraceContext(String traceId, String spanId, String flags) {
    static final String HEADER = "traceparent";

    private static final Pattern FORM = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

    static TraceContext of(HttpServerRequest request) {
        return of(request.getHeader(HEADER));
    }

    /** A header that is no trace context is as good as none. */
    static TraceContext of(@Nullable String header) {
        if (header == null) {
            return begun();
        }
        Matcher matcher = FORM.matcher(header);
        boolean valid = matcher.matches() && !isZero(matcher.group(1)) && !isZero(matcher.group(2));
        return valid ? new TraceContext(matcher.group(1), random(), matcher.group(3)) : begun();
    }

    @Override
    public String toString() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }

    private static boolean isZero(String hex) {
        return hex.chars().allMatch(digit -> digit == '0');
    }

    private static TraceContext begun() {
        return new TraceContext(random() + random(), random(), "00");
    }

    /** Sixteen hexadecimal digits that nobody else has; they are no secret. */
    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
