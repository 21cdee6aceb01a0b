package dev.sluice.frontend.http;

import dev.sluice.frontend.admission.CallTerms;
import dev.sluice.frontend.body.ModelInput;
import dev.sluice.job.Lane;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.tensor.TensorCodec;
import dev.sluice.text.Sha256;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The headers of a predict request beside its body, checked before the body is read. */
final class CallHeaders {
    static final String DEADLINE = "X-Sluice-Deadline-Ms";
    static final String LANE = "X-Sluice-Lane";
    static final String JOB_ID = "X-Sluice-Job-Id";
    static final String KEY = "Idempotency-Key";
    static final String IGNORED_COLUMNS = "X-Sluice-Ignored-Columns";

    private static final int LONGEST_KEY = 255;
    private static final Pattern MILLISECONDS = Pattern.compile("[1-9]\\d{0,9}");

    private final CallTerms terms;
    private final @Nullable String key;
    private final String caller;

    /** @throws ProblemException when a header is invalid */
    CallHeaders(HttpServerRequest request, TraceContext trace, CallLimits limits) {
        long arrivedNanos = System.nanoTime();
        boolean async = Preferences.of(request).respondAsync();
        this.terms = new CallTerms(
                deadline(request.getHeader(DEADLINE), limits, async),
                arrivedNanos,
                async,
                lane(request.getHeader(LANE), async),
                IdempotencyKey.NONE,
                trace.toString());
        this.key = key(request.getHeader(KEY));
        this.caller = Objects.requireNonNullElse(request.getHeader(HttpHeaders.AUTHORIZATION), "");
    }

    /**
     * How long a caller may wait.
     *
     * @param longest that a synchronous caller may ask for
     */
    record CallLimits(Duration deadline, Duration longest, Duration asyncDeadline) {}

    /** Names as a list in a header: percent-encoded, with commas between. */
    static String list(List<String> names) {
        return names.stream()
                .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining(", "));
    }

    /** What is known before the body is: the key means nothing without a content. */
    CallTerms terms() {
        return terms;
    }

    CallTerms termsFor(ModelInput input) {
        return key == null
                ? terms
                : terms.with(new IdempotencyKey(sha256(utf8(caller), utf8(key)), contentHash(input)));
    }

    private static Duration deadline(@Nullable String header, CallLimits limits, boolean async) {
        Duration longest = async ? limits.asyncDeadline() : limits.longest();
        if (header == null) {
            return async ? limits.asyncDeadline() : limits.deadline();
        }
        boolean isNumber = MILLISECONDS.matcher(header).matches();
        if (!isNumber || Long.parseLong(header) > longest.toMillis()) {
            throw malformed(
                    "%s is '%s': send milliseconds between 1 and %d".formatted(DEADLINE, header, longest.toMillis()));
        }
        return Duration.ofMillis(Long.parseLong(header));
    }

    private static Lane lane(@Nullable String header, boolean async) {
        if (header == null) {
            return async ? Lane.BULK : Lane.INTERACTIVE;
        }
        return switch (header.toLowerCase(Locale.ROOT)) {
            case "interactive" -> Lane.INTERACTIVE;
            case "bulk" -> Lane.BULK;
            default -> throw malformed(LANE + " is '" + header + "': send interactive or bulk");
        };
    }

    private static @Nullable String key(@Nullable String header) {
        if (header != null && (header.isBlank() || header.length() > LONGEST_KEY)) {
            throw malformed(KEY + " is blank or too long: send between 1 and " + LONGEST_KEY + " characters");
        }
        return header;
    }

    private static ProblemException malformed(String detail) {
        return Problem.of(ProblemType.MALFORMED_REQUEST, detail).asException();
    }

    /** Of what the request means, so that another boundary or order of keys does not make it another request. */
    private static String contentHash(ModelInput input) {
        return switch (input) {
            case ModelInput.RowInput rows -> sha256(TensorCodec.encode(rows.columns()));
            case ModelInput.PictureInput pictures -> sha256(pictures.pictures().toArray(byte[][]::new));
        };
    }

    /** Each part behind its length, so that no two lists of parts run together. */
    private static String sha256(byte[]... parts) {
        MessageDigest digest = Sha256.digest();
        for (byte[] part : parts) {
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length).array());
            digest.update(part);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
